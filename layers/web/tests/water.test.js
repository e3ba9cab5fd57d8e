"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { load, plain } = require("./load");

const guantu = load(["timeline", "card_water"]);

const value = (period, until, water, more = {}) => ({
  ...{ period, until, class: water, span: "year", grade: "verified", targets: ["", ""], attained: "" },
  ...more,
});
const section = (...water) => ({ theme: "sections", placed: true, whole: 3, water });
const features = [
  section(
    value("2021", "2021-12-31", "iv"),
    value("2022", "2022-12-31", "iii"),
    value("2023", "2023-12-31", "ii", { grade: "unverified" }),
    value("2024-07", "2024-07-31", "worse-than-v", { span: "month" }),
    value("2024", "2024-12-31", ""),
  ),
  section(),
  { theme: "roads", placed: true, whole: -1, water: [] },
  { theme: "sections", placed: true, whole: -1, water: [value("2021", "2021-12-31", "i")] },
];
const page = (day) => ({
  day,
  bundle: { features },
  title: (list, code) => `${list}:${code}`,
  say: (key) => key,
});
const word = (day, row = 0) => guantu.waterWord(page(day), features[row]);

test("the map says the newest class of a year that is over, neither a month nor what is not verified", () => {
  assert.equal(word("2021-12-30"), "water-no-class", "a year is known when it is over");
  assert.equal(word("2021-12-31"), "water-class:iv 2021");
  assert.equal(word("2026-01-01"), "water-class:iii 2022");
  assert.equal(word("2026-01-01", 1), "water-no-class");
});

test("words stand behind the sections of a theme with values, not behind what they are parts of", () => {
  const tails = guantu.waterTails(page("2022-01-01"), [0, 1, 2, 3]);
  assert.deepEqual(plain([...tails]), [
    [0, "water-class:iv 2021"],
    [1, "water-no-class"],
  ]);
});
