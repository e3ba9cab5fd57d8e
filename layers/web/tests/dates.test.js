"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { load, plain } = require("./load");

const guantu = load(["timeline", "card_dates"]);

test("the time that has passed stays between nothing and all of it", () => {
  const pace = { begin: "2017-01-01", due: "2020-12-31" };
  const on = (day) => guantu.passed(pace, day);
  assert.deepEqual(
    ["2010-01-01", "2017-01-01", "2019-03-01", "2020-12-31", "2026-01-01"].map(on),
    [0, 0, 54, 100, 100],
  );
});

const turns = [
  ["", "no-evidence", 0, "none", "grey"],
  ["2017-11-08", "no-evidence", 1, "later", "grey"],
  ["2018-01-31", "under-way", 2, "later", "green"],
  ["2018-06-30", "under-way", 3, "soon", "green"],
  ["2019-01-01", "overdue", 4, "passed", "red"],
];

test("outcomes begin with the document, neighbours that are the same are one, none is beyond the day", () => {
  const spans = (day) => plain(guantu.outcomeSpans({ turns }, day));
  assert.deepEqual(spans("2017-11-07"), []);
  assert.deepEqual(spans("2017-11-10"), [["2017-11-08", "2017-11-10", "no-evidence", 2]]);
  assert.deepEqual(spans("2018-12-31"), [
    ["2017-11-08", "2018-01-31", "no-evidence", 84],
    ["2018-01-31", "2018-12-31", "under-way", 334],
  ]);
  assert.deepEqual(
    spans("2019-01-11").map(([, , outcome, days]) => [outcome, days]),
    [
      ["no-evidence", 84],
      ["under-way", 335],
      ["overdue", 10],
    ],
  );
});

test("a measure stands with the colour of its warning", () => {
  const bundle = { features: [], measures: [{ turns }], reasons: [] };
  guantu.standOn(bundle, "2019-06-01");
  assert.equal(bundle.measures[0].warning, "red");
});
