"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { load } = require("./load");

const guantu = load(["payload"]);

// One feature of one part.
const shape = (kind, ...points) => ({
  ...{ kind: [kind], partStart: [0, 1], vertexStart: [0, points.length] },
  ...{ x: points.map(([x]) => x), y: points.map(([, y]) => y) },
});
const from = (data, x, y) => guantu.distance(data, 0, x, y);

test("the distance to a point, and to the nearest of several", () => {
  assert.equal(from(shape(0, [0, 0]), 3, 4), 5);
  assert.equal(from(shape(0, [0, 0], [10, 0]), 9, 0), 1);
});

test("the distance to a line is to its nearest part, also beyond its end", () => {
  const line = shape(1, [0, 0], [10, 0]);
  assert.equal(from(line, 5, 3), 3);
  assert.equal(from(line, 13, 4), 5);
  assert.equal(from(shape(1, [2, 2], [2, 2]), 5, 6), 5, "a line without a length");
});

test("inside an area the distance is none, inside a ring of a line it is", () => {
  const ring = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]; // prettier-ignore
  assert.equal(from(shape(2, ...ring), 5, 4), 0);
  assert.equal(from(shape(2, ...ring), 15, 5), 5);
  assert.equal(from(shape(2, ...ring), -5, 5), 5, "a ray enters it and leaves it");
  assert.equal(from(shape(1, ...ring), 5, 4), 4);
});

test("the parts of a feature are not joined", () => {
  const data = { kind: [1], partStart: [0, 2], vertexStart: [0, 2, 4], x: [0, 1, 9, 10], y: [0, 0, 0, 0] };
  assert.equal(from(data, 6, 0), 3);
});

test("degrees become pixels of the world, from steps that add up", () => {
  const data = {
    ...{ n: 1, partStart: [0, 1], vertexStart: [0, 3], first: [0, 0] },
    steps: [0, 0, 90e6, 0, 90e6, 85051129],
  };
  guantu.toWorld(data);
  assert.deepEqual([...data.x], [128, 192, 256]);
  assert.ok(Math.abs(data.y[1] - 128) < 1e-9 && Math.abs(data.y[2]) < 1e-4);
  assert.deepEqual([...data.box], [128, data.y[2], 256, data.y[0]]);
});

test("the grid finds what may lie in a box, and not what is far off", () => {
  const boxes = [[0, 0, 1, 1], [100, 100, 101, 101], [50, 50, 51, 51], [0, 0, 101, 101]]; // prettier-ignore
  const data = { n: 4, box: boxes.flat(), near: [1, 1, 1, 1] },
    grid = new guantu.Grid(data, 10),
    found = (...box) => [...grid.query(box)].sort();
  assert.deepEqual(found(0, 0, 5, 5), [0, 3]);
  assert.deepEqual(found(49, 49, 52, 52), [2, 3]);
  assert.deepEqual(found(95, 95, 99, 99), [1, 3]);
  assert.deepEqual(found(75, 20, 76, 21), [3]);
  boxes.forEach((box, f) => assert.ok(found(...box).includes(f), String(f)));
});

test("what is outside does not widen the cells, and is found all the same", () => {
  const boxes = [[0, 0, 1, 1], [10, 10, 11, 11], [1e6, 1e6, 1e6, 1e6]]; // prettier-ignore
  const grid = new guantu.Grid({ n: 3, box: boxes.flat(), near: [1, 1, 0] }, 10);
  assert.deepEqual([...grid.query([0, 0, 2, 2])], [0]);
  assert.ok(grid.query(boxes[2]).has(2));
});

test("what is drawn last lies on top: by the order of its theme, points over lines", () => {
  const data = { n: 5, themes: ["roads", "other"], theme: [0, 1, 0, 1, 0], kind: [0, 1, 1, 0, 1] };
  data.section = [0, 0, 1, 0, 0];
  const symbology = { theme: { roads: { order: 4 } }, "theme-default": { order: 6 } };
  assert.deepEqual([...guantu.drawingOrder(data, symbology)], [4, 2, 1, 0, 3], "a section over its whole");
});

test("rows told by column come back as rows, whichever way a column is told", () => {
  const rows = guantu.fromColumns({
    n: 3,
    columns: { id: ["a", "b", "c"], theme: { of: ["x", "y"], at: [0, 1, 0] }, town: { of: [["t"]], at: [] } },
  });
  assert.equal(
    JSON.stringify(rows),
    JSON.stringify([
      { id: "a", theme: "x", town: ["t"] },
      { id: "b", theme: "y", town: ["t"] },
      { id: "c", theme: "x", town: ["t"] },
    ]),
  );
  assert.equal(guantu.fromColumns({ n: 0, columns: {} }).length, 0);
});
