// Decodes the columnar feature file that layers/payload.py packs.
"use strict";
window.guantu = window.guantu || {};

guantu.decode = async function (url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error("HTTP " + answer.status);
  const stream = answer.body.pipeThrough(new DecompressionStream("gzip"));
  const buffer = await new Response(stream).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const types = { u1: Uint8Array, u4: Uint32Array, i4: Int32Array, f4: Float32Array };
  const data = { ...header };
  for (const [name, [type, offset, count]] of Object.entries(header.sections))
    data[name] = new types[type](buffer, offset, count);
  guantu.toWorld(data);
  return data;
};

// Web Mercator pixels of zoom 0, once for all vertices, with a box around every feature.
guantu.toWorld = function (data) {
  const vertices = data.xy.length / 2, n = data.n;
  const x = (data.x = new Float64Array(vertices)), y = (data.y = new Float64Array(vertices));
  for (let part = 0; part + 1 < data.vertexStart.length; part++) {
    let lon = 0, lat = 0;
    for (let v = data.vertexStart[part]; v < data.vertexStart[part + 1]; v++) {
      lon += data.xy[2 * v];
      lat += data.xy[2 * v + 1];
      const sine = Math.sin((lat * 1e-6 * Math.PI) / 180);
      x[v] = (lon * 1e-6 / 360 + 0.5) * 256;
      y[v] = (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256;
    }
  }
  data.xy = null;
  data.box = new Float64Array(4 * n);
  for (let f = 0; f < n; f++) {
    let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
    for (let v = guantu.firstVertex(data, f); v < guantu.endVertex(data, f); v++) {
      west = Math.min(west, x[v]); east = Math.max(east, x[v]);
      north = Math.min(north, y[v]); south = Math.max(south, y[v]);
    }
    data.box.set([west, north, east, south], 4 * f);
  }
};

guantu.firstVertex = (data, f) => data.vertexStart[data.partStart[f]];
guantu.endVertex = (data, f) => data.vertexStart[data.partStart[f + 1]];

// A uniform grid over all boxes: which features may lie near a place, in well under a millisecond.
guantu.Grid = class {
  constructor(data, cells = 256) {
    this.cells = cells;
    let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
    const box = data.box;
    for (let f = 0; f < data.n; f++) {
      if (!data.near[f]) continue;
      west = Math.min(west, box[4 * f]); north = Math.min(north, box[4 * f + 1]);
      east = Math.max(east, box[4 * f + 2]); south = Math.max(south, box[4 * f + 3]);
    }
    Object.assign(this, { west, north, stepX: (east - west) / cells || 1, stepY: (south - north) / cells || 1 });
    const counts = new Uint32Array(cells * cells + 1);
    this._each(data, (cell) => counts[cell + 1]++);
    for (let c = 0; c < cells * cells; c++) counts[c + 1] += counts[c];
    this.start = counts;
    this.items = new Uint32Array(counts[cells * cells]);
    const next = counts.slice();
    this._each(data, (cell, f) => (this.items[next[cell]++] = f));
  }
  _cell(value, origin, step) {
    return Math.max(0, Math.min(this.cells - 1, Math.floor((value - origin) / step)));
  }
  _each(data, visit) {
    for (let f = 0; f < data.n; f++) this._cover(data.box.subarray(4 * f, 4 * f + 4), (cell) => visit(cell, f));
  }
  _cover(box, visit) {
    const left = this._cell(box[0], this.west, this.stepX), right = this._cell(box[2], this.west, this.stepX);
    const top = this._cell(box[1], this.north, this.stepY), bottom = this._cell(box[3], this.north, this.stepY);
    for (let row = top; row <= bottom; row++) for (let column = left; column <= right; column++) visit(row * this.cells + column);
  }
  query(box) {
    const found = new Set();
    this._cover(box, (cell) => {
      for (let i = this.start[cell]; i < this.start[cell + 1]; i++) found.add(this.items[i]);
    });
    return found;
  }
};
