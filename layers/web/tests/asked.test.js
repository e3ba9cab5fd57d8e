// Questions of place: what the address, the table and the charts make of them.
"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { load, plain } = require("./load");

const guantu = load([
  ...["timeline", "filter", "state", "asked_map", "asked_pick", "asked_table"],
  ...["asked_charts", "asked_times", "asked_strip", "card_ask"],
]);
const same = (found, expected) => assert.deepEqual(plain(found), expected);

test("words beside the strip keep apart, each as near as can be to its place", () => {
  same(guantu.spread([10, 12, 14, 200], 30, 0, 300), [10, 40, 70, 200]);
  same(guantu.spread([290, 295, 299], 30, 0, 300), [240, 270, 300]);
  same(guantu.spread([], 30, 0, 300), []);
});

test("what meets the line stands where there is more room", () => {
  const item = (side, at, row) => ({ side, at, to: at, row });
  const found = guantu.stripSides([
    item("right", 5, 0),
    item("on", 1, 1),
    item("on", 9, 2),
    item("left", 7, 3),
  ]);
  same(
    found.map(({ row, way }) => [row, way]),
    [
      [1, -1],
      [0, 1],
      [3, -1],
      [2, 1],
    ],
  );
});

test("stretches that overlap lie beside each other, at most four", () => {
  const lanes = [];
  const spans = [
    [0, 10],
    [5, 20],
    [11, 30],
    [13, 40],
    [15, 50],
    [16, 60],
    [100, 110],
  ];
  same(
    spans.map(([from, to]) => guantu.laneOf(lanes, from, to)),
    [0, 1, 2, 0, 3, 3, 0],
  );
});

test("a scale has round steps and ends at or beyond the most", () => {
  same(guantu.ticks(0.9), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  same(guantu.ticks(57.4, 6), [0, 10, 20, 30, 40, 50, 60]);
  same(guantu.ticks(5), [0, 1, 2, 3, 4, 5]);
});

test("what lies far beyond the others does not press them together", () => {
  const at = (...metres) => metres.map((each) => ({ at: each }));
  assert.equal(guantu.farthest(at(400, 2600, 4800, 183300), 5000), 1.15 * 5000);
  assert.equal(guantu.farthest(at(400, 2600, 4800, 9000), 5000), 1.15 * 9000);
  assert.equal(guantu.farthest(at(100, 200, 300, 400), null), 1.15 * 400);
});

test("a drawn line has each point once", () => {
  const points = [
    { lat: 23.02, lng: 113.75 },
    { lat: 23.05, lng: 113.8 },
    { lat: 23.050001, lng: 113.800001 },
  ];
  assert.equal(guantu.lineText(points), "113.75000,23.02000;113.80000,23.05000");
  assert.equal(guantu.lineText(points.slice(1)), "113.80000,23.05000");
});

test("rows about the feature that was clicked first come first", () => {
  const rows = [{ on: ["a", "b"] }, { on: ["b"] }, { on: ["c", "a"] }];
  same(guantu.rowsAbout(rows, ["c", "b"]), [2, 0, 1]);
  same(guantu.rowsAbout(rows, ["x"]), []);
});

test("a column is sorted by its numbers, else by its words; equal rows stay in their order", () => {
  const cells = [
    [{ text: "10.0 km", n: 10000 }, { text: "b" }],
    [{ text: "900 m", n: 900 }, { text: "a" }],
    [{ text: "900 m", n: 900 }, { text: "c" }],
  ];
  const asked = { rows: cells.map((each) => ({ cells: each })) };
  same(guantu.askedOrder(asked, { sort: null }), [0, 1, 2]);
  same(guantu.askedOrder(asked, { sort: { column: 0, way: 1 } }), [1, 2, 0]);
  same(guantu.askedOrder(asked, { sort: { column: 0, way: -1 } }), [0, 1, 2]);
  same(guantu.askedOrder(asked, { sort: { column: 1, way: -1 } }), [2, 0, 1]);
});

test("a name loses what stands in brackets behind it, not within", () => {
  assert.equal(guantu.shortName("莞惠城际（东莞西—仲恺一带）"), "莞惠城际");
  assert.equal(guantu.shortName("松山湖（生态园）创新基地"), "松山湖（生态园）创新基地");
  assert.equal(guantu.shortName("Humen Second Bridge (Nansha Bridge)"), "Humen Second Bridge");
});

test("a card leads to the questions that its row can be asked about", () => {
  const kind = [0, 1, 0],
    ids = ["point", "line", "water"];
  const page = (agency) => ({
    config: { asks: { river: ["water"], agency } },
    view: { layer: { data: { kind } }, find: (id) => (ids.includes(id) ? ids.indexOf(id) : undefined) },
    say: (key) => key,
  });
  const asked = (table, id, agency = "") =>
    guantu.questionsOf(page(agency), table, { id }).map(([, words, told]) => [words, told]);
  same(asked("features", "point"), [["ask-near", { ask: "along", feature: "point", width: 3000 }]]);
  same(asked("features", "line"), [["ask-along", { ask: "along", feature: "line", width: 1000 }]]);
  same(asked("features", "water"), [
    ["ask-near", { ask: "along", feature: "water", width: 3000 }],
    ["ask-upstream", { ask: "upstream", feature: "water", width: 1000 }],
  ]);
  same(asked("features", "nowhere"), []);
  same(asked("agencies", "body"), []);
  same(asked("agencies", "body", "ask_agency"), [
    ["ask-whom", { ask: "coordination", within: 2000, years: 1, ask_agency: "body" }],
  ]);
});

test("the time of a day is a year with its month", () => {
  assert.equal(guantu.yearOf("2016-07-15"), 2016.5);
});
