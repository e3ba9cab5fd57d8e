"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { LAST, bundle } = require("./bundle");
const { load, plain } = require("./load");

const guantu = load(["timeline", "filter"]);

// The register on its last day, and a filter with some conditions.
function asked(conditions = {}, day = LAST) {
  const rows = bundle();
  guantu.standOn(rows, day);
  const filter = guantu.emptyFilter();
  for (const [name, value] of Object.entries(conditions))
    filter[name] = typeof value === "string" ? value : new Set(value);
  return [rows, filter];
}
const kept = (conditions, day) => plain(guantu.applyFilter(...asked(conditions, day)));
const counted = (facet, conditions) => Object.fromEntries(guantu.countOptions(...asked(conditions), facet));

test("an empty filter keeps all but what gives orientation", () => {
  assert.deepEqual(kept(), { features: [0, 1, 3], measures: [0, 1, 2] });
  assert.equal(guantu.isEmpty(guantu.emptyFilter()), true);
  assert.equal(guantu.isEmpty(asked({ town: ["t1"] })[1]), false);
  assert.equal(guantu.isEmpty(asked({ since: "2025-01-01" })[1]), false);
});

test("a condition of features keeps the measures that are linked to them", () => {
  assert.deepEqual(kept({ stage: ["implementation"] }), { features: [0], measures: [0] });
  assert.deepEqual(kept({ stage: ["preparation"] }), { features: [], measures: [] });
  assert.deepEqual(kept({ stage: ["preparation"] }, "2024-06-01"), { features: [0], measures: [0] });
  assert.deepEqual(kept({ theme: ["roads"] }), { features: [1, 3], measures: [0, 1] });
  assert.deepEqual(kept({ town: ["t2"] }), { features: [1, 3], measures: [0, 1] });
  assert.deepEqual(kept({ location: ["outside"] }), { features: [1], measures: [0, 1] });
});

test("a condition of measures keeps the features that are linked to them", () => {
  assert.deepEqual(kept({ outcome: ["no-evidence"] }), { features: [], measures: [2] });
  assert.deepEqual(kept({ outcome: ["under-way", "met-late"] }), { features: [0, 1], measures: [0, 1] });
  assert.deepEqual(kept({ due: ["passed"] }), { features: [0, 1], measures: [0] });
  assert.deepEqual(kept({ counterpart: ["r2"] }), { features: [], measures: [2] });
  assert.deepEqual(kept({ article: ["d2-1"] }), { features: [1], measures: [1, 2] });
  assert.deepEqual(kept({ document: ["d1"] }), { features: [0, 1], measures: [0] });
});

test("agency and role are those of one assignment", () => {
  assert.deepEqual(kept({ agency: [0] }), { features: [0, 1], measures: [0] });
  assert.deepEqual(kept({ agency: [1] }), { features: [0, 1], measures: [0, 1, 2] });
  assert.deepEqual(kept({ agency: [1], role: ["lead"] }), { features: [1], measures: [1, 2] });
  assert.deepEqual(kept({ agency: [0], role: ["support"] }), { features: [], measures: [] });
});

test("words are those of a row or of one that it is linked to", () => {
  assert.deepEqual(kept({ q: "一号" }), { features: [0], measures: [0] });
  assert.deepEqual(kept({ q: "养护" }), { features: [1], measures: [1] });
  assert.deepEqual(kept({ q: "THIRD station" }), { features: [3], measures: [] });
  assert.deepEqual(kept({ q: "   " }), { features: [0, 1, 3], measures: [0, 1, 2] });
});

test("changed since is of a row or of one that it is linked to", () => {
  const hits = (since) =>
    plain(guantu.hitsOf(...asked({ since })).map((both) => both.map((one) => [...one])));
  assert.deepEqual(hits("2025-05-01"), [[[1, 0, 0, 0], [1, 0, 0]]]); // prettier-ignore
  assert.deepEqual(hits("2025-06-01"), [[[0, 0, 0, 0], [1, 0, 0]]]); // prettier-ignore
  assert.deepEqual(hits(""), []);
  assert.deepEqual(kept({ since: "2025-05-01" }), { features: [0, 1], measures: [0] });
  assert.deepEqual(kept({ since: "2025-07-01" }), { features: [], measures: [] });
  // On an earlier day the outcome had not changed yet, the stage had.
  assert.deepEqual(kept({ since: "2025-05-01" }, "2025-06-15"), { features: [0], measures: [0] });
});

test("two conditions may be met by the two ends of one link", () => {
  assert.deepEqual(kept({ q: "造桥", since: "2025-06-01" }), { features: [0, 1], measures: [0] });
  assert.deepEqual(kept({ q: "养护", since: "2025-06-01" }), { features: [], measures: [] });
});

test("a view that is narrowed already needs a link", () => {
  const [rows, filter] = asked();
  rows.narrowed = [true, false];
  assert.deepEqual(plain(guantu.applyFilter(rows, filter)), { features: [0, 1, 3], measures: [0, 1] });
  rows.narrowed = [false, true];
  assert.deepEqual(plain(guantu.applyFilter(rows, filter)), { features: [0, 1], measures: [0, 1, 2] });
});

test("an option counts what it would keep under the other conditions", () => {
  assert.deepEqual(counted("stage"), { implementation: 1, completion: 1, unknown: 1 });
  assert.deepEqual(counted("stage", { stage: ["implementation"] }), {
    implementation: 1,
    completion: 1,
    unknown: 1,
  });
  assert.deepEqual(counted("stage", { theme: ["roads"] }), { completion: 1, unknown: 1 });
  assert.deepEqual(counted("town"), { t1: 2, t2: 2 });
  assert.deepEqual(counted("counterpart"), { r1: 2, r2: 1 });
  assert.deepEqual(counted("promise"), { build: 1, ongoing: 2 });
  assert.deepEqual(counted("due"), { passed: 1, "": 2 });
  assert.deepEqual(counted("article"), { "d1-1": 1, "d2-1": 2 });
  assert.deepEqual(counted("document"), { d1: 1, d2: 2 });
  assert.deepEqual(counted("outcome", { town: ["t1"] }), { "met-late": 1, "under-way": 1 });
});

test("an agency counts the measures of its articles, in the roles asked for", () => {
  assert.deepEqual(counted("agency"), { 0: 1, 1: 3 });
  assert.deepEqual(counted("agency", { role: ["lead"] }), { 0: 1, 1: 2 });
  assert.deepEqual(counted("role"), { lead: 3, support: 1 });
  assert.deepEqual(counted("role", { agency: [1] }), { support: 1, lead: 2 });
});

test("what is found already is counted without another pass, but not under the facet itself", () => {
  const [rows, filter] = asked();
  const found = { features: [3], measures: [] };
  assert.deepEqual(Object.fromEntries(guantu.countOptions(rows, filter, "stage", found)), { unknown: 1 });
  filter.stage.add("unknown");
  assert.equal(guantu.countOptions(rows, filter, "stage", found).size, 3);
});

test("case and kinds of dash do not matter", () => {
  for (const dash of "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d")
    assert.equal(guantu.fold(`A${dash}B`), "a-b", dash);
  assert.equal(guantu.fold("一-B"), "一-b");
  assert.equal(guantu.fold("Chang’an “two”"), 'chang\'an "two"');
});

test("every word must be there; a Latin one may be pinyin", () => {
  const row = { text: ["水务局\nwater bureau", "shuiwuju\nswj"] };
  for (const words of ["水务", "WATER", "bureau  water", "shuiwu", "局 swj"])
    assert.equal(guantu.matcher(words)(row), true, words);
  for (const words of ["water 桥", "shuiwux", "局 1"]) assert.equal(guantu.matcher(words)(row), false, words);
  // No word is Latin: the pinyin is not looked through.
  assert.equal(guantu.matcher("1")({ text: ["a", "1"] }), false);
});
