"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { load, plain } = require("./load");

const guantu = load(["payload", "labels"]);

test("a line runs through a box when any part of it lies in it", () => {
  const box = [10, 10, 20, 20];
  const runs = (...segments) => guantu.runsThrough(segments, box);
  assert.equal(runs([0, 15, 30, 15]), true);
  assert.equal(runs([15, 30, 15, 0]), true);
  assert.equal(runs([12, 12, 13, 13]), true, "wholly inside");
  assert.equal(runs([0, 24, 24, 0]), true, "across a corner");
  assert.equal(runs([0, 15, 9, 15]), false, "ends before it");
  assert.equal(runs([0, 0, 5, 5]), false);
  assert.equal(runs([0, 12, 12, 0]), false, "past a corner");
  assert.equal(runs([25, 0, 25, 30]), false, "beside it");
  assert.equal(runs([0, 0, 5, 5], [15, 0, 15, 30]), true, "one of several");
  assert.equal(runs(), false);
});

// A view of 400 by 300 pixels with one feature; its name is 50 wide and 12 high.
const layer = (kind, ...points) => ({
  frame: { scale: 1, left: 0, top: 0, width: 400, height: 300 },
  data: {
    ...{ kind: [kind], partStart: [0, 1], vertexStart: [0, points.length] },
    ...{ x: points.map(([x]) => x), y: points.map(([, y]) => y) },
  },
});
const spot = (made, ...taken) => plain(guantu.freeSpot(made, 0, [10, 17], [50, 6], taken));

test("a name stands right of its place, else left, above, below", () => {
  const point = layer(0, [200, 150]);
  const right = [215, 148, 220, 152],
    left = [150, 148, 155, 152],
    above = [180, 130, 185, 135],
    below = [180, 165, 185, 170];
  assert.deepEqual(spot(point), [210, 150]);
  assert.deepEqual(spot(point, right), [140, 150]);
  assert.deepEqual(spot(point, right, left), [175, 133]);
  assert.deepEqual(spot(point, right, left, above), [175, 167]);
  assert.equal(spot(point, right, left, above, below), null);
});

test("a name is not cut off by the edge of the view", () => {
  assert.deepEqual(spot(layer(0, [315, 150])), [255, 150]);
  assert.equal(spot(layer(0, [5, 5])), null);
});

test("the name of a line does not lie on it, and goes along it to find room", () => {
  const line = layer(1, [100, 150], [200, 150], [300, 150]);
  assert.deepEqual(spot(line), [175, 133]);
  // Above and below the middle are taken: the next place along the line.
  assert.deepEqual(spot(line, [180, 130, 185, 170]), [75, 133]);
});

test("long names are cut, and lose what stands in brackets at their end", () => {
  const lines = (name, lang) => plain(guantu.linesOf(name, lang));
  assert.deepEqual(lines("一号桥（北段）", "zh"), ["一号桥"]);
  assert.deepEqual(lines("（北段）", "zh"), ["（北段）"]);
  assert.deepEqual(lines("一".repeat(12), "zh"), ["一".repeat(6), "一".repeat(6)]);
  assert.deepEqual(lines("一".repeat(30), "zh"), ["一".repeat(11), "一".repeat(10) + "…"]);
  assert.deepEqual(lines("Guangzhou–Dongguan–Shenzhen intercity railway", "en"), [
    "Guangzhou–Dongguan–",
    "Shenzhen intercity railway",
  ]);
});
