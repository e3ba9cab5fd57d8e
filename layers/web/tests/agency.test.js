"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { LAST, bundle } = require("./bundle");
const { load, plain } = require("./load");

const guantu = load(["timeline", "rows", "card_agency"]);
const WATER = 1;
const fact = (from, fit = "direct") => ({ from, fit, date: from, text: [from] });

test("a body has its measures by role, once each", () => {
  const roles = guantu.dutiesOf(bundle(), WATER);
  assert.deepEqual(plain([...roles]), [
    ["lead", [1, 2]],
    ["support", [0]],
  ]);
});

test("who else is named by the same articles is counted by measures", () => {
  assert.deepEqual(plain(guantu.partnersOf(bundle(), WATER, [0, 1, 2])), [[0, 1]]);
  assert.deepEqual(plain(guantu.partnersOf(bundle(), 0, [0])), [[1, 1]]);
});

test("the newest facts come first; none of the future, of no date or merely near", () => {
  const page = { day: LAST, bundle: bundle() };
  [page.bundle.measures[0].facts, page.bundle.measures[1].facts] = [
    [fact("2024-01-01"), fact("2026-01-01"), fact("")],
    [fact("2025-01-01"), fact("2025-06-01", "context"), fact("2024-01-01")],
  ];
  const news = guantu.newsOf(page, [0, 1]);
  assert.deepEqual(plain(news.map((each) => [each.fact.from, each.served])), [
    ["2025-01-01", [1]],
    ["2024-01-01", [0, 1]],
  ]);
});
