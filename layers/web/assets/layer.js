// One Leaflet layer that draws every feature on a canvas and restyles in place.
"use strict";

guantu.TINY = 10; // pixels: in a crowd a feature smaller than this is drawn as a dot
guantu.RINGS_FROM = 12; // zoom from which the error of every schematic point is drawn
guantu.BUSY = 400; // more in view: no room for names beside the markers, and lines cost time
guantu.CROWD = 1200; // more features than this in view: markers shrink to dots and thin out

guantu.Layer = L.Layer.extend({
  initialize(data, symbology) {
    this.data = data;
    this.symbols = new guantu.Symbols(symbology, window.devicePixelRatio || 1);
    this.rules = symbology;
    this.stages = Object.keys(symbology.stage);
    this.looks = Object.values(symbology.stage);
    this.themes = data.themes.map((code) => symbology.theme[code] || symbology["theme-default"]);
    this.background = Uint32Array.from(data.context.keys()).filter((f) => data.context[f] === 1);
    this.pictures = [];
    this.order = guantu.drawingOrder(data, symbology);
    this.visible = new Uint8Array(data.n).fill(1);
    this.weight = new Float32Array(data.n);
    this.restricted = new Map();
    this.onPaper = new Set();
    this.signs = [];
    this.staged = this.stages.map((code) => code !== "unknown" && code !== "not-applicable");
    this.stage = new Uint8Array(data.n).fill(this.stages.indexOf("unknown"));
    // `magnify` enlarges symbols and names for a room; `draft` is for a picture that is followed by another
    // at once; `tails` are words behind names; `changes` is
    // what has a halo (compare_map.js); the last are layers that can be switched off.
    this.view = {
      ...{
        hideMuted: false,
        selected: -1,
        hovered: -1,
        marked: [],
        tails: null,
        discs: new Map(),
        changes: null,
        lang: "zh",
        theme: "light",
        magnify: 1,
      },
      ...{ draft: false, names: true, towns: true, water: true, rings: true, grid: true },
    };
    this.stats = { frames: 0, drawn: 0, muted: 0, crowded: false, byStage: {} };
  },

  onAdd() {
    this.canvas = guantu.newCanvas();
    this.marks = guantu.newCanvas();
    // Where two sides are shown each is cut off by its holder.
    this.holder = guantu.h("div", { class: "guantu-layer" }, this.canvas, this.marks);
    this.getPane().append(this.holder);
    (window.requestIdleCallback || window.setTimeout)(() => this.nearby([0, 0, 0, 0]));
  },
  // Made when the page is idle or first pointed at: the first picture need not wait for it.
  nearby(box) {
    return (this.grid = this.grid || new guantu.Grid(this.data)).query(box);
  },
  onRemove() {
    this.holder.remove();
  },
  getEvents() {
    const draw = () => this.draw();
    return { moveend: draw, resize: draw, zoomanim: this._zoomanim };
  },
  _zoomanim(event) {
    const map = this._map,
      scale = map.getZoomScale(event.zoom);
    const corner = map._latLngBoundsToNewLayerBounds(this.bounds, event.zoom, event.center).min;
    for (const canvas of this.stack()) L.DomUtil.setTransform(canvas, corner, scale);
  },

  // What is seen, from below.
  stack() {
    return [this.halos, this.canvas, this.marks].filter(Boolean);
  },

  draw() {
    const map = this._map;
    if (!map || this.held) return;
    // The browser's own zoom changes how many pixels there are.
    const pixels = window.devicePixelRatio || 1;
    if (pixels !== this.symbols.ratio) this.symbols = new guantu.Symbols(this.rules, pixels);
    const size = map.getSize(),
      pad = 60,
      width = size.x + 2 * pad,
      height = size.y + 2 * pad;
    const corner = map.containerPointToLayerPoint([-pad, -pad]);
    this.bounds = L.latLngBounds(
      map.containerPointToLatLng([-pad, -pad]),
      map.containerPointToLatLng([width - pad, height - pad]),
    );
    const scale = map.getZoomScale(map.getZoom(), 0),
      origin = map.getPixelOrigin();
    this.near12 = this.view.rings && map.getZoom() >= guantu.RINGS_FROM;
    this.frame = { scale, left: origin.x + corner.x, top: origin.y + corner.y, width, height };
    this.ground = this.rules.ground[this.view.theme];
    this.takePicture();
    this.paintHalos();
    for (const each of this.stack()) L.DomUtil.setPosition(each, corner);
    // Names take as long as features: they follow a frame later, but where view or choice has changed.
    if (this.marked && this.marked !== this._markKey()) this.mark();
    else this._markLater();
    this.stats.frames++;
    if (this.onframe) this.onframe(this.stats);
  },

  // What stands above the features: the chosen one and the names. Cheap, so a click need not draw all.
  mark() {
    if (!this.frame || !this._map) return;
    const context = this._clear(this.marks),
      { view } = this;
    this.marked = this._markKey();
    this.marksWait = false;
    this.paintPointHalos(context);
    if (view.hovered >= 0 && view.hovered !== view.selected) this._ring(context, view.hovered);
    if (view.selected >= 0) {
      this._ring(context, view.selected);
      this._highlight(context, view.selected, true);
    }
    for (const f of view.marked) this._highlight(context, f, false);
    guantu.paintLabels(context, this, this.shown, guantu.paintSigns(context, this));
  },

  _markLater() {
    if (this.marksWait) return;
    this.marksWait = true;
    guantu.whenIdle(() => this.marksWait && this.mark());
  },
  _markKey() {
    const { selected, hovered, marked, changes } = this.view;
    return JSON.stringify([
      this._lookKey(),
      changes?.halos,
      changes?.waiting,
      selected,
      hovered,
      marked,
      [...this.restricted.keys()],
      [...this.onPaper],
    ]);
  },

  // A canvas of the size of the view, empty.
  _clear(canvas) {
    const { ratio } = this.symbols,
      { width, height } = this.frame,
      context = canvas.getContext("2d");
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = width + "px";
      canvas.style.height = height + "px";
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  },

  _inView(f) {
    const { scale, left, top, width, height } = this.frame,
      box = this.data.box,
      i = 4 * f,
      slack = 12;
    return (
      box[i + 2] * scale - left > -slack &&
      box[i] * scale - left < width + slack &&
      box[i + 3] * scale - top > -slack &&
      box[i + 1] * scale - top < height + slack
    );
  },

  _many(context, features, muted) {
    this.busy = features.length > guantu.BUSY;
    const crowded = (this.stats.crowded = features.length > guantu.CROWD),
      { box, kind } = this.data;
    const dots = crowded ? [] : null,
      tiny = guantu.TINY / this.frame.scale;
    for (const f of features) {
      const i = 4 * f;
      if (this.data.context[f]) this._context(context, f, muted);
      else if (crowded && box[i + 2] - box[i] < tiny && box[i + 3] - box[i + 1] < tiny) dots.push(f);
      else if (kind[f] === 0) this._point(context, f, muted);
      else this._shape(context, f, muted);
    }
    if (crowded) this._dots(context, dots, muted);
  },

  // Tens of thousands of dots: set as pixels, which a canvas does a hundred times faster than rectangles.
  _dots(context, features, muted) {
    const { scale, left, top } = this.frame,
      { box } = this.data,
      ratio = this.symbols.ratio;
    const { width, height } = this.canvas,
      side = Math.round(3 * ratio);
    const scratch = (this.scratch = this.scratch || document.createElement("canvas"));
    if (scratch.width !== width || scratch.height !== height) {
      scratch.width = width;
      scratch.height = height;
      this.image = null;
    }
    const image = (this.image = this.image || new ImageData(width, height)),
      pixels = new Uint32Array(image.data.buffer);
    pixels.fill(0);
    const colours = this.looks.map((look) => guantu.pixel(muted ? this.rules.muted.color : look.color));
    const half = (scale * ratio) / 2,
      shiftX = left * ratio + side / 2 - 0.5,
      shiftY = top * ratio + side / 2 - 0.5;
    for (const f of features) {
      const i = 4 * f;
      const x = ((box[i] + box[i + 2]) * half - shiftX) | 0,
        y = ((box[i + 1] + box[i + 3]) * half - shiftY) | 0;
      if (x < 0 || y < 0 || x + side > width || y + side > height) continue;
      const colour = colours[this.stage[f]],
        middle = (y + (side >> 1)) * width + x + (side >> 1);
      if (pixels[middle]) continue;
      for (let row = y * width + x, end = row + side * width; row < end; row += width)
        for (let pixel = row; pixel < row + side; pixel++) pixels[pixel] = colour;
    }
    scratch.getContext("2d").putImageData(image, 0, 0);
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(scratch, 0, 0);
    context.restore();
  },

  // The features within `reach` pixels of a place, nearest first, points before lines; muted ones only where
  // no other is.
  hits(latlng, reach = 9) {
    const map = this._map,
      scale = map.getZoomScale(map.getZoom(), 0),
      at = map.project(latlng, map.getZoom());
    const px = at.x / scale,
      py = at.y / scale,
      near = (reach + 4) / scale,
      found = [];
    let shown = false;
    for (const f of this.nearby([px - near, py - near, px + near, py + near])) {
      if (this.data.context[f] && !this.view[this.data.kind[f] === 0 ? "towns" : "water"]) continue;
      if (this.data.context[f] === 1 || (this.view.hideMuted && !this.visible[f])) continue;
      const distance = guantu.distance(this.data, f, px, py) * scale,
        point = this.data.kind[f] === 0;
      if (distance > (point ? reach + 3 : reach)) continue;
      shown = shown || this.visible[f] === 1;
      found.push([distance + (point ? 0 : 8) + (this.data.context[f] ? 20 : 0), f]);
    }
    const nearest = found
      .filter(([, f]) => !shown || this.visible[f])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .map(([, f]) => f);
    return [...new Set([...this._signsAt(at), ...nearest])];
  },
  // A sign beside a symbol is pressed for it.
  _signsAt({ x, y }) {
    if (!this.signs.length) return [];
    const { left, top } = this.frame;
    return this.signs
      .filter((sign) => Math.hypot(x - left - sign[0], y - top - sign[1]) <= 9)
      .map(([, , f]) => f);
  },
});
