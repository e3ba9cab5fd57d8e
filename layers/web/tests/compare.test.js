"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { LAST, bundle } = require("./bundle");
const { load, plain } = require("./load");

const guantu = load(["payload", "timeline", "filter", "state", "journal", "compare"]);

function page(change = {}) {
  const made = {
    ...{ bundle: bundle(), langs: ["zh", "en"], lang: 0, homeLang: 0, mode: "explore", at: undefined },
    ...{ elsewhere: "", filter: guantu.emptyFilter(), day: LAST, last: LAST, table: "", hide: false },
    ...{ known: "", proposed: false, journal: true, against: "", againstKnown: "", other: null },
    ...{ selected: null, listed: null, question: [], view: { layer: null } },
    ...change,
  };
  guantu.standOn(made.bundle, made.day);
  made.found = guantu.applyFilter(made.bundle, made.filter);
  return made;
}
// What differs, as `table:id` and the kinds; gone rows by what they were.
const told = (made) =>
  plain(guantu.changesFound(made)).map(({ table, row, was, changes }) => [
    (row < 0 ? made.aside.bundle[table][was] : made.bundle[table][row]).id,
    changes.map(({ what }) => what).join(),
  ]);
const fact = (date, words, more = {}) => ({
  ...{ date, from: date, kind: "progress", stage: "", restriction: "", grade: "own-word" },
  ...{ text: [words, words], source: 3, ...more },
});

test("between two days of one register stages, outcomes and dates differ; both days stand at once", () => {
  const made = page({ against: "2024-12-31" });
  assert.deepEqual(told(made), [
    ["bridge", "stage"],
    ["M1", "outcome,due"],
  ]);
  const before = guantu.before(made);
  assert.equal(before.bundle.features[0].stage, "preparation");
  assert.equal(made.bundle.features[0].stage, "implementation");
  assert.equal(before.bundle.measures[0].outcome, "no-evidence");
  assert.equal(made.bundle.measures[0].outcome, "met-late");
});

test("a day that passes without evidence is a change of the measure", () => {
  assert.deepEqual(told(page({ against: "2024-12-31", day: "2025-03-01" })), [["M1", "due"]]);
});

test("nothing differs between a day and itself, and nothing is compared where nobody asks", () => {
  assert.deepEqual(told(page({ against: LAST })), []);
  assert.equal(guantu.changesFound(page()), null);
  for (const change of [{ elsewhere: "export" }, { mode: "tour" }])
    assert.equal(guantu.changesFound(page({ against: "2024-12-31", ...change })), null);
});

test("the filter keeps what it keeps on either side", () => {
  const only = (facet, ...values) => ({ ...guantu.emptyFilter(), [facet]: new Set(values) });
  const with_ = (filter) => told(page({ against: "2024-12-31", filter })).map(([id]) => id);
  assert.deepEqual(with_(only("stage", "preparation")), ["bridge", "M1"], "left the filter");
  assert.deepEqual(with_(only("stage", "implementation")), ["bridge", "M1"], "came into it");
  assert.deepEqual(with_(only("stage", "completion")), ["M1"]);
  assert.deepEqual(with_(only("theme", "rivers")), []);
  assert.deepEqual(with_(only("agency", 0)), ["bridge", "M1"]);
});

// What was known before: other rows, in another order, of a list of agencies in another order.
function earlier() {
  const old = bundle();
  old.agencies.reverse();
  for (const { agencies } of old.articles) for (const each of agencies) each[1] = 1 - each[1];
  old.features.splice(3, 1);
  old.measures.push({ ...old.measures[2], id: "M4", name: ["撤", "Gone"] });
  old.features[1].name = ["旧路", "Old Road"];
  old.measures[1].due = ["2024 年", "2024"];
  return old;
}

test("between two days of knowledge rows are new, gone, renamed, put off", () => {
  const made = page({ againstKnown: "2025-06-30" });
  assert.equal(guantu.changesFound(made), null, "the server has not answered");
  made.other = { known: "2025-05-31", bundle: earlier(), data: null };
  assert.equal(guantu.changesFound(made), null, "it has answered another question");
  made.other = { known: "2025-06-30", bundle: earlier(), data: null };
  assert.deepEqual(told(made), [
    ["road", "name"],
    ["station", "new"],
    ["M2", "due"],
    ["M4", "gone"],
  ]);
  const filter = { ...guantu.emptyFilter(), agency: new Set([0]) };
  const filtered = page({ againstKnown: "2025-06-30", other: made.other, filter });
  assert.deepEqual(told(filtered), [["road", "name"]], "an agency is the same by its id");
});

test("what was recorded later about before is a change though nothing stands otherwise", () => {
  const made = page({ againstKnown: "2025-06-30" }),
    old = bundle();
  made.bundle.measures[1].facts = [fact("2025-02-01", "开工"), fact("2026-02-01", "将来")];
  made.bundle.features[0].events = [fact("2024-03-01", "立项")];
  old.features[0].events = [fact("2024-03-01", "立项", { source: 9 })];
  old.measures[2].facts = [fact("2025-01-01", "撤回")];
  made.other = { known: "2025-06-30", bundle: old, data: null };
  assert.deepEqual(told(made), [
    ["M2", "facts"],
    ["M3", "facts"],
  ]);
  const [added, taken] = guantu.changesFound(made).map(({ changes }) => plain(changes[0].learnt));
  assert.deepEqual([added.map((each) => each.text[0]), added[0].gone], [["开工"], undefined]);
  assert.deepEqual([taken.map((each) => each.text[0]), taken[0].gone], [["撤回"], true]);
});

// A file of points, one a feature.
const points = (ids, ...xy) => ({
  ...{ n: ids.length, ids, partStart: ids.map((_, f) => f).concat(ids.length) },
  vertexStart: ids.map((_, f) => f).concat(ids.length),
  ...{ x: xy.map(([x]) => x), y: xy.map(([, y]) => y) },
});

test("a feature that was moved lies elsewhere", () => {
  const ids = ["bridge", "road", "station"],
    made = page({ againstKnown: "2025-06-30" });
  guantu.finder = (known) => (id) => (known.includes(id) ? known.indexOf(id) : undefined);
  made.view.layer = { data: points(ids, [1, 1], [2, 2], [3, 3]) };
  made.other = { known: "2025-06-30", bundle: bundle(), data: points(ids.slice(0, 2), [1, 1], [2, 2.5]) };
  assert.deepEqual(told(made), [
    ["road", "position"],
    ["station", "position"],
  ]);
});

test("the last half-year ended before the day", () => {
  for (const [day, half] of [
    ["2026-11-28", "2026-06-30"],
    ["2026-07-01", "2026-06-30"],
    ["2026-06-30", "2025-12-31"],
    ["2026-12-31", "2026-06-30"],
    ["2026-01-01", "2025-12-31"],
  ])
    assert.equal(guantu.halfBefore(day), half);
});

test("both days to compare with come back from the address", () => {
  const made = page({ against: "2024-06-30", againstKnown: "2025-01-31", table: "changes" }),
    text = guantu.stateText(made);
  assert.equal(text, "table=changes&against=2024-06-30&against_known=2025-01-31");
  const found = guantu.stateOf(made, text);
  assert.deepEqual(
    [found.against, found.againstKnown, found.table, plain(found.ignored)],
    ["2024-06-30", "2025-01-31", "changes", []],
  );
});

test("a day that is none, or is not to be known here, is named", () => {
  const refused = (text, change) => plain(guantu.stateOf(page(change), text).ignored);
  assert.deepEqual(refused("against=2023-12-31"), ["against=2023-12-31"], "before the register begins");
  assert.deepEqual(refused("against_known=soon"), ["against_known=soon"]);
  assert.deepEqual(refused("against_known=2025-01-31", { journal: false }), ["against_known=2025-01-31"]);
});

// Answers of the server by the first of two names; each is given when `give` is called.
function server() {
  const waiting = new Map();
  const read = ([name]) => new Promise((give) => waiting.set(name, give));
  return { waiting, read, give: (name) => waiting.get(name)([{ of: name }, bundle()]) };
}
const settled = () => new Promise((done) => setImmediate(done));
const sent = (day, ...files) => ({ against: files, against_known: day });

test("the other side is fetched once, and an answer that is late is dropped", async () => {
  const asking = load(["timeline", "filter", "state", "journal", "compare"], { fetch: (name) => name }),
    { waiting, read, give } = server(),
    made = page({ render: () => {}, againstKnown: "2025-06-30" });
  asking.takeAgainst(made, sent("2025-01-31", "f1", "r1"), read);
  asking.takeAgainst(made, sent("2025-01-31", "f1", "r1"), read);
  asking.takeAgainst(made, sent("2025-06-30", "f2", "r2"), read);
  assert.deepEqual([...waiting.keys()], ["f1", "f2"]);
  give("f2");
  await settled();
  give("f1");
  await settled();
  assert.deepEqual([made.other.known, made.other.data.of], ["2025-06-30", "f2"]);
  await asking.takeAgainst(made, sent(""), read);
  assert.equal(made.other, null);
});

test("a register that cannot be compared with is named; nothing stands beside", async () => {
  const made = page({ render: () => {}, againstKnown: "2025-06-30", notices: [], say: (key) => key });
  await guantu.takeAgainst(made, sent("2025-06-30"), () => assert.fail("nothing to fetch"));
  assert.equal(made.notices.length, 1);
  assert.equal(guantu.changesFound(made), null);
});
