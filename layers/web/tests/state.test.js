"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { LAST, bundle } = require("./bundle");
const { load, plain } = require("./load");

const guantu = load(["timeline", "filter", "state", "journal", "compare"]);

// The page of the app as nobody has touched it; that of a tour has a chapter as well.
function page(change = {}) {
  const made = {
    ...{ bundle: bundle(), langs: ["zh", "en"], lang: 0, homeLang: 0, mode: "explore", at: undefined },
    ...{ elsewhere: "", filter: guantu.emptyFilter(), day: LAST, last: LAST, table: "", hide: false },
    ...{ known: "", proposed: false },
    ...{ selected: null, listed: null, question: [], view: { moved: false } },
    ...change,
  };
  made.chapter = () => made.bundle.tours[made.langs[made.lang]][made.at];
  return made;
}
const tour = (change) => {
  const made = page({ at: 0, mode: "tour", elsewhere: undefined, ...change });
  made.bundle.tours = { zh: [{ key: "overview" }, { key: "town=t1" }], en: [{ key: "overview" }] };
  return made;
};
const filter = (conditions) => {
  const made = guantu.emptyFilter();
  for (const [name, value] of Object.entries(conditions))
    made[name] = typeof value === "string" ? value : new Set(value);
  return made;
};
// To the text and back: what is not there again is lost.
function returns(made, text) {
  assert.equal(guantu.stateText(made), text);
  const found = guantu.stateOf(made, text);
  assert.deepEqual(plain(found.ignored), []);
  for (const name of ["lang", "filter", "day", "table", "hide", "known", "proposed", "selected"])
    assert.deepEqual(plain(found[name]), plain(made[name]), name);
  if (made.at === undefined) assert.equal(found.elsewhere, made.elsewhere);
  else assert.deepEqual([found.mode, found.at], [made.mode, made.at]);
}

test("the address of what nobody chose is bare", () => {
  returns(page(), "");
  returns(tour(), "");
});

test("every kind of condition comes back", () => {
  const { codes } = bundle();
  for (const facet of guantu.FACETS.filter((name) => name !== "agency")) {
    const values = Object.keys(codes[guantu.listOf(facet)]).slice(0, 2);
    returns(page({ filter: filter({ [facet]: values }) }), `${facet}=${values.join(",")}`);
  }
  returns(page({ filter: filter({ agency: [1, 0] }) }), "agency=A2,A1");
  returns(page({ filter: filter({ q: "一号 bridge" }) }), `q=${encodeURIComponent("一号")}+bridge`);
  returns(page({ filter: filter({ since: "2024-05-01" }) }), "since=2024-05-01");
});

test("day, table, choice, language and page come back", () => {
  returns(page({ day: "2024-02-29" }), "as_of=2024-02-29");
  for (const table of guantu.TABLES) returns(page({ table }), `table=${table}`);
  returns(page({ hide: true }), "hide=1");
  returns(page({ known: "2025-06-30", proposed: true }), "known=2025-06-30&proposed=1");
  returns(page({ selected: { table: "features", row: 3 } }), "show=features:station");
  returns(page({ selected: { table: "measures", row: 0 } }), "show=measures:M1");
  returns(page({ lang: 1 }), "lang=en");
  for (const elsewhere of guantu.ELSEWHERE) returns(page({ elsewhere }), `page=${elsewhere}`);
});

test("the page of questions keeps its question, which no other page has", () => {
  const question = [
    ["ask", "near"],
    ["from", "zones"],
    ["line", "113.75000,23.02000;113.8,23"],
    ["unheard-of", "<b>"],
  ];
  const made = page({ elsewhere: "analyse", question, filter: filter({ q: "bridge" }) });
  const text =
    "page=analyse&q=bridge&ask=near&from=zones&line=113.75000,23.02000;113.8,23&unheard-of=%3Cb%3E";
  returns(made, text);
  assert.deepEqual(plain(guantu.stateOf(made, text).question), question);
  assert.equal(guantu.stateText({ ...made, elsewhere: "export" }), "page=export&q=bridge");
  const elsewhere = guantu.stateOf(page(), "page=export&ask=near&from=zones");
  assert.deepEqual(plain(elsewhere.ignored), ["ask=near", "from=zones"]);
  assert.equal(elsewhere.question, undefined);
});

test("in the app the map is the page of the bare address", () => {
  assert.equal(guantu.stateOf(page(), "page=map").elsewhere, "");
});

test("a tour keeps its chapter, and its map keeps the filter", () => {
  returns(tour({ at: 1 }), `chapter=${encodeURIComponent("town=t1")}`);
  returns(tour({ mode: "explore", filter: filter({ town: ["t1"] }) }), "page=map&town=t1");
});

test("all together come back in one text", () => {
  const all = filter({
    stage: ["completion"],
    agency: [0],
    town: ["t1", "t2"],
    q: "桥",
    since: "2024-05-01",
  });
  returns(
    page({ filter: all, day: "2025-01-01", table: "features", hide: true, lang: 1 }),
    `stage=completion&agency=A1&town=t1,t2&q=${encodeURIComponent("桥")}` +
      "&since=2024-05-01&as_of=2025-01-01&table=features&hide=1&lang=en",
  );
});

test("titles may stand for codes, and the former name of the stage is known", () => {
  const found = (text) => guantu.stateOf(page(), text);
  assert.deepEqual([...found("stage=在建,Completed").filter.stage], ["implementation", "completion"]);
  assert.deepEqual([...found("agency=Water Bureau,市交通局").filter.agency], [1, 0]);
  assert.deepEqual([...found("counterpart=广州").filter.counterpart], ["r2"]);
  assert.deepEqual([...found("status=preparation").filter.stage], ["preparation"]);
  assert.deepEqual([...found("status=preparation&stage=completion").filter.stage], ["completion"]);
  assert.deepEqual(plain(found("status=preparation").ignored), []);
  assert.deepEqual([...found("outcome=continuing").filter.outcome], ["under-way"]);
});

test("what is not understood is told and changes nothing", () => {
  const long = "x".repeat(guantu.LONGEST + 1);
  for (const [text, told] of [
    ["stage=gone", "stage=gone"],
    ["agency=A9", "agency=A9"],
    ["agency=0", "agency=0"],
    ["nobody=1", "nobody=1"],
    ["__proto__=1", "__proto__=1"],
    ["stage=__proto__", "stage=__proto__"],
    ["town=constructor", "town=constructor"],
    ["as_of=2023-12-31", "as_of=2023-12-31"],
    ["as_of=2026-01-01", "as_of=2026-01-01"],
    ["as_of=2025-02-30", "as_of=2025-02-30"],
    ["since=soon", "since=soon"],
    ["table=sources", "table=sources"],
    ["hide=yes", "hide=yes"],
    ["lang=fr", "lang=fr"],
    ["page=admin", "page=admin"],
    ["show=features:none", "show=features:none"],
    ["show=sources:0", "show=sources:0"],
    ["show=__proto__:x", "show=__proto__:x"],
    ["show=<img src=x onerror=alert(1)>", "show=<img src=x onerror=alert(1)>"],
    [`q=${long}`, `q=${long.slice(1)}`],
  ]) {
    const before = page(),
      found = guantu.stateOf(before, text);
    assert.deepEqual(plain(found.ignored), [told], text);
    assert.equal(guantu.stateText(Object.assign(before, found)), "", text);
  }
});

test("of what is wrong only that is lost", () => {
  const found = guantu.stateOf(page(), "stage=gone,completion&&&=&%ZZ=1&as_of=20250101&embed=true");
  assert.deepEqual([...found.filter.stage], ["completion"]);
  assert.equal(found.day, "2025-01-01");
  assert.deepEqual(plain(found.ignored), ["=", "%ZZ=1", "stage=gone"]);
});

test("the steps of one drag go on with the act that began, another word is another act", () => {
  const goesOn = (by, lastBy, ...texts) => guantu.goesOn({ by, lastBy }, ...texts);
  assert.equal(goesOn("", "", "q=a", "q=ab"), false);
  assert.equal(goesOn("slider", "slider", "as_of=2024-01-01", "as_of=2024-02-01"), true);
  assert.equal(goesOn("slider", "slider", "as_of=2024-01-01", "as_of=2024-02-01&q=a"), false);
  assert.equal(goesOn("slider", "", "as_of=2024-01-01", "as_of=2024-02-01"), false);
});
