"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { LAST, bundle } = require("./bundle");
const { load, plain } = require("./load");

const guantu = load(["timeline", "filter", "state", "find"]);

test("a name that begins with the words is nearest, then one that holds them", () => {
  const row = bundle().agencies[0];
  for (const [words, score] of [
    ["市交", 0],
    ["交通", 0], // bodies of the city without the word for city
    ["transport", 0],
    ["shijiaotong", 0],
    ["jiaotong", 0],
    ["shi jiao", 0],
    ["sjt", 0],
    ["jtj", 0],
    ["通局", 1],
    ["bureau", 1],
    ["tongju", 1],
    ["ju", 2], // two letters are in too many spellings
    ["水", 2],
  ])
    assert.equal(guantu.score(row, words), score, words);
  assert.equal(guantu.score({ name: ["x"], aliases: ["甲桥"], text: ["", ""] }, "甲"), 0);
  assert.equal(guantu.score({ name: ["x"], text: ["还有桥", ""] }, "桥"), 2);
});

// What is found, as `kind:place`.
function hits(words, change = () => {}) {
  const rows = bundle();
  guantu.standOn(rows, LAST);
  change(rows);
  return plain(guantu.hitsFor({ bundle: rows }, words).map(({ kind, at }) => `${kind}:${at}`));
}

test("the nearest come first, of one nearness features before measures", () => {
  const name = (row, words) => Object.assign(row, { name: [words], text: [words, ""] });
  const change = ({ features, measures }) => {
    name(features[0], "大桥");
    name(features[1], "桥头");
    measures[0].text = ["造路，含桥", ""];
    measures[0].name = ["造路"];
    name(measures[1], "桥检");
    name(measures[2], "修桥");
  };
  assert.deepEqual(hits("桥", change), [
    "features:1",
    "measures:1",
    "features:0",
    "measures:2",
    "measures:0",
  ]);
});

test("of features that are as near, the one with more measures comes first", () => {
  const same = ({ features }) =>
    features.forEach((row) => Object.assign(row, { name: ["号"], text: ["号", ""] }));
  assert.deepEqual(hits("号", same), ["features:0", "features:1", "features:3"]);
  const weighed = (rows) => {
    same(rows);
    rows.features[3].weight = 2;
    rows.features[1].weight = 5;
  };
  assert.deepEqual(hits("号", weighed), ["features:1", "features:3", "features:0"]);
});

test("agencies, towns and articles are found, what only gives orientation is not", () => {
  assert.deepEqual(hits("water"), ["agencies:1"]);
  assert.deepEqual(hits("SHUIWU"), ["agencies:1"]);
  assert.deepEqual(hits("南城"), ["town:t1"]);
  assert.deepEqual(hits("article 2"), ["article:d2-1"]);
  assert.deepEqual(hits("东江"), []);
});

test("of one nearness features come before measures and bodies, whatever the case of the words", () => {
  const change = ({ features, measures, agencies }) => {
    for (const row of [features[0], measures[0], agencies[1]])
      Object.assign(row, { name: ["water works"], text: ["water works", ""] });
    Object.assign(features[1], { name: ["x"], text: ["water", ""] });
  };
  assert.deepEqual(hits("WATER", change), ["features:0", "measures:0", "agencies:1", "features:1"]);
});

test("no more than one looks through", () => {
  const many = ({ features }) => {
    for (let i = 0; i < 30; i++) features.push({ ...features[0], id: `more-${i}` });
  };
  assert.equal(hits("一号", many).length, guantu.HITS);
});
