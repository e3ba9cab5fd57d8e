// Decodes the columnar feature file that layers/web/payload.py packs, and rows told by column.
"use strict";
window.guantu = window.guantu || /** @type {Guantu} */ ({});

// The bytes of a compressed answer.
guantu.bytesOf = async function (asked) {
  const answer = await asked;
  if (!answer.ok) throw new Error("HTTP " + answer.status);
  return new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
};

// The value of a compressed JSON file.
guantu.unzip = async (asked) => JSON.parse(new TextDecoder().decode(await guantu.bytesOf(asked)));

// Rows told by column (outputs/page_data.py): a list of values, or the distinct ones and which each row has.
guantu.fromColumns = function ({ n, columns }, later = []) {
  // Rows of one shape, filled column by column: row by row it would take thrice as long. `later` names what
  // is known on a day only: to add that to each row would take as long again.
  const empty = Object.fromEntries([...Object.keys(columns), ...later].map((name) => [name, null])),
    rows = Array.from({ length: n }, () => ({ ...empty }));
  for (const [name, column] of Object.entries(columns)) {
    if (Array.isArray(column)) for (let i = 0; i < n; i++) rows[i][name] = column[i];
    else for (let i = 0; i < n; i++) rows[i][name] = column.of[column.at[i] ?? 0];
  }
  return rows;
};
guantu.ON_A_DAY = {
  features: [
    "turn",
    "stage",
    "since",
    "begins",
    "grade",
    "restriction",
    "closed",
    "silent",
    "line",
    "weight",
  ],
  measures: ["turn", "outcome", "reason", "past"],
};
guantu.withRows = (bundle) => ({
  ...bundle,
  features: guantu.fromColumns(bundle.features, guantu.ON_A_DAY.features),
  measures: guantu.fromColumns(bundle.measures, guantu.ON_A_DAY.measures),
});

guantu.decode = async (asked) => guantu.unpack(await guantu.bytesOf(asked));
guantu.unpack = function (buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const types = { u1: Uint8Array, u4: Uint32Array, i2: Int16Array, i4: Int32Array, f4: Float32Array };
  const data = { ...header };
  for (const [name, [type, offset, count]] of Object.entries(header.sections))
    data[name] = new types[type](buffer, 4 + length + offset, count);
  guantu.toWorld(data);
  return data;
};

// Web Mercator pixels of zoom 0, once for all vertices, with a box around every feature.
guantu.toWorld = function (data) {
  const { first, steps, n } = data,
    vertices = steps.length / 2;
  const x = (data.x = new Float64Array(vertices)),
    y = (data.y = new Float64Array(vertices));
  for (let part = 0; part + 1 < data.vertexStart.length; part++) {
    let lon = first[2 * part],
      lat = first[2 * part + 1];
    for (let v = data.vertexStart[part]; v < data.vertexStart[part + 1]; v++) {
      lon += steps[2 * v];
      lat += steps[2 * v + 1];
      const sine = Math.sin((lat * 1e-6 * Math.PI) / 180);
      x[v] = ((lon * 1e-6) / 360 + 0.5) * 256;
      y[v] = (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256;
    }
  }
  data.first = data.steps = null;
  const box = (data.box = new Float64Array(4 * n)),
    { partStart, vertexStart } = data;
  for (let f = 0; f < n; f++) {
    let west = Infinity,
      north = Infinity,
      east = -Infinity,
      south = -Infinity;
    for (let v = vertexStart[partStart[f]], end = vertexStart[partStart[f + 1]]; v < end; v++) {
      if (x[v] < west) west = x[v];
      if (x[v] > east) east = x[v];
      if (y[v] < north) north = y[v];
      if (y[v] > south) south = y[v];
    }
    box[4 * f] = west;
    box[4 * f + 1] = north;
    box[4 * f + 2] = east;
    box[4 * f + 3] = south;
  }
};

guantu.firstVertex = (data, f) => data.vertexStart[data.partStart[f]];
guantu.endVertex = (data, f) => data.vertexStart[data.partStart[f + 1]];

// A uniform grid over all boxes: which features may lie near a place, in well under a millisecond.
guantu.Grid = class {
  /** @param {FeatureFile} data */
  constructor(data, cells = 256) {
    this.cells = cells;
    let west = Infinity,
      north = Infinity,
      east = -Infinity,
      south = -Infinity;
    const box = data.box;
    for (let f = 0; f < data.n; f++) {
      if (!data.near[f]) continue;
      west = Math.min(west, box[4 * f]);
      north = Math.min(north, box[4 * f + 1]);
      east = Math.max(east, box[4 * f + 2]);
      south = Math.max(south, box[4 * f + 3]);
    }
    Object.assign(this, {
      west,
      north,
      stepX: (east - west) / cells || 1,
      stepY: (south - north) / cells || 1,
    });
    const counts = new Uint32Array(cells * cells + 1);
    // Twice over the boxes: count, then place. Plain loops, for closures cost seconds at 100,000.
    for (let f = 0; f < data.n; f++) {
      const { left, right, top, bottom } = this._span(box, 4 * f);
      for (let row = top; row <= bottom; row++)
        for (let cell = row * cells + left; cell <= row * cells + right; cell++) counts[cell + 1]++;
    }
    for (let c = 0; c < cells * cells; c++) counts[c + 1] += counts[c];
    this.start = counts;
    this.items = new Uint32Array(counts[cells * cells]);
    const next = counts.slice();
    for (let f = 0; f < data.n; f++) {
      const { left, right, top, bottom } = this._span(box, 4 * f);
      for (let row = top; row <= bottom; row++)
        for (let cell = row * cells + left; cell <= row * cells + right; cell++) this.items[next[cell]++] = f;
    }
  }
  /** @this {any} */
  _cell(value, origin, step) {
    return Math.max(0, Math.min(this.cells - 1, Math.floor((value - origin) / step)));
  }
  /** @this {any} */
  _span(box, i) {
    return {
      left: this._cell(box[i], this.west, this.stepX),
      right: this._cell(box[i + 2], this.west, this.stepX),
      top: this._cell(box[i + 1], this.north, this.stepY),
      bottom: this._cell(box[i + 3], this.north, this.stepY),
    };
  }
  query(box) {
    const found = new Set(),
      { left, right, top, bottom } = this._span(box, 0);
    for (let row = top; row <= bottom; row++)
      for (let i = this.start[row * this.cells + left]; i < this.start[row * this.cells + right + 1]; i++)
        found.add(this.items[i]);
    return found;
  }
};

guantu.drawingOrder = function (data, symbology) {
  const rank = data.themes.map((code) => (symbology.theme[code] || symbology["theme-default"]).order),
    ranks = new Map();
  for (let f = 0; f < data.n; f++) {
    // A section lies on its whole: where their stages differ, its own is the one to be seen.
    const key = (data.kind[f] === 0 ? 100 : 0) + rank[data.theme[f]] + (data.section[f] ? 0.5 : 0);
    if (ranks.has(key)) ranks.get(key).push(f);
    else ranks.set(key, [f]);
  }
  return Uint32Array.from([...ranks.keys()].sort((a, b) => a - b).flatMap((key) => ranks.get(key)));
};

// Distance in world pixels from a place to a feature; 0 inside a polygon.
guantu.distance = function (data, f, px, py) {
  const { x, y, kind, partStart, vertexStart } = data;
  let best = Infinity,
    inside = false;
  for (let part = partStart[f]; part < partStart[f + 1]; part++) {
    const first = vertexStart[part],
      end = vertexStart[part + 1];
    if (kind[f] === 0) {
      for (let v = first; v < end; v++) best = Math.min(best, Math.hypot(px - x[v], py - y[v]));
      continue;
    }
    for (let v = first; v + 1 < end; v++) {
      const dx = x[v + 1] - x[v],
        dy = y[v + 1] - y[v],
        length = dx * dx + dy * dy;
      const t = length ? Math.max(0, Math.min(1, ((px - x[v]) * dx + (py - y[v]) * dy) / length)) : 0;
      best = Math.min(best, Math.hypot(px - x[v] - t * dx, py - y[v] - t * dy));
      if (kind[f] === 2 && y[v] > py !== y[v + 1] > py && px < x[v] + ((py - y[v]) / dy) * dx)
        inside = !inside;
    }
  }
  return inside ? 0 : best;
};
