"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { bundle } = require("./bundle");
const { load, plain } = require("./load");

const guantu = load(["timeline"]);

test("a day may be typed with any mark, and must exist", () => {
  for (const text of ["2024-02-29", "2024/2/29", "2024.02.29", "20240229", " 2024年2月29日 "])
    assert.equal(guantu.dayTyped(text), "2024-02-29", text);
  for (const text of [
    "2023-02-29",
    "2024-13-01",
    "2024-00-10",
    "2024-04-31",
    "2024-02",
    "24-02-29",
    "",
    "x2024-02-29",
  ])
    assert.equal(guantu.dayTyped(text), "", text);
});

test("some years before is the same day, or the last of its month", () => {
  assert.equal(guantu.yearsBefore("2025-06-15", 1), "2024-06-15");
  assert.equal(guantu.yearsBefore("2024-02-29", 1), "2023-02-28");
  assert.equal(guantu.yearsBefore("2024-02-29", 4), "2020-02-29");
  assert.equal(guantu.yearsBefore("2025-01-01", 2), "2023-01-01");
});

test("days and numbers lead to each other", () => {
  assert.equal(guantu.dayNumber("1970-01-02"), 1);
  assert.equal(guantu.dayText(guantu.dayNumber("2024-02-29") + 1), "2024-03-01");
});

test("a turn holds from its day on, the first for all days before", () => {
  const turns = [["", "a"], ["2024-03-01", "b"], ["2025-06-01", "c"]]; // prettier-ignore
  for (const [day, said] of [
    ["1990-01-01", "a"],
    ["2024-02-29", "a"],
    ["2024-03-01", "b"],
    ["2025-05-31", "b"],
    ["2025-06-01", "c"],
    ["2030-01-01", "c"],
  ])
    assert.equal(guantu.turnOn(turns, day)[1], said, day);
  assert.equal(guantu.turnOn(turns.slice(1), "2020-01-01")[1], "b");
});

test("rows stand as they do on the day, and go back", () => {
  const rows = bundle();
  guantu.standOn(rows, "2025-12-31");
  const { stage, since, begins, grade, restriction, silent } = rows.features[0];
  assert.deepEqual(
    [stage, since, begins, grade, restriction, silent],
    ["implementation", "2025-06-01", true, "official", "", false],
  );
  assert.equal(rows.measures[0].outcome, "met-late");
  assert.deepEqual(rows.measures[0].reason, ["已办", "done"]);
  guantu.standOn(rows, "2025-02-01");
  assert.equal(rows.features[0].stage, "preparation");
  assert.deepEqual(
    [rows.measures[0].outcome, rows.measures[0].past, rows.measures[0].reason[1]],
    ["no-evidence", "passed", "late"],
  );
  guantu.standOn(rows, "2024-01-01");
  assert.deepEqual([rows.features[0].stage, rows.features[0].silent], ["unknown", true]);
  assert.equal(rows.standsOn, "2024-01-01");
});

test("facts of later days are not shown, those of an unknown year are", () => {
  const facts = [{ from: "2025-01-01" }, { from: "" }, { from: "2025-01-02" }];
  assert.deepEqual(plain(guantu.factsOn(facts, "2025-01-01")), [{ from: "2025-01-01" }, { from: "" }]);
});
