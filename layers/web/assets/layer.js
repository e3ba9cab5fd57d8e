// One Leaflet layer that draws every feature on one canvas and restyles in place.
"use strict";

guantu.TINY = 10; // pixels: in a crowd a feature smaller than this is drawn as a dot
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
    this.order = guantu.drawingOrder(data, symbology);
    this.visible = new Uint8Array(data.n).fill(1);
    this.stale = new Uint8Array(data.groups);
    this.restricted = new Map();
    this.stage = new Uint8Array(data.n).fill(this.stages.indexOf("unknown"));
    // `magnify` enlarges symbols and names for a room.
    this.view = { hideMuted: false, selected: -1, marked: [], lang: "zh", theme: "light", magnify: 1 };
    this.stats = { frames: 0, drawn: 0, muted: 0, thinned: 0, byStage: {} };
  },

  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated guantu-canvas", this.getPane());
    this.canvas.setAttribute("aria-hidden", "true");
    this.marks = L.DomUtil.create("canvas", "leaflet-zoom-animated guantu-canvas", this.getPane());
    this.marks.setAttribute("aria-hidden", "true");
    (window.requestIdleCallback || window.setTimeout)(() => this.nearby([0, 0, 0, 0]));
  },
  // Made when the page is idle or first pointed at: the first picture need not wait for it.
  nearby(box) { return (this.grid = this.grid || new guantu.Grid(this.data)).query(box); },
  onRemove() { this.canvas.remove(); this.marks.remove(); },
  getEvents() {
    const draw = () => this.draw();
    return { moveend: draw, resize: draw, zoomanim: this._zoomanim };
  },
  _zoomanim(event) {
    const map = this._map, scale = map.getZoomScale(event.zoom);
    const corner = map._latLngBoundsToNewLayerBounds(this.bounds, event.zoom, event.center).min;
    for (const canvas of [this.canvas, this.marks]) L.DomUtil.setTransform(canvas, corner, scale);
  },

  // The whole of a filter change: which groups are on, and the stage of each.
  setFilter(groupsOn, groupStage) {
    const { group, n } = this.data;
    for (let f = 0; f < n; f++) {
      this.visible[f] = groupsOn ? groupsOn[group[f]] : 1;
      if (groupStage) this.stage[f] = groupStage[group[f]];
    }
  },

  draw() {
    const map = this._map;
    if (!map) return;
    const size = map.getSize(), pad = 60, ratio = this.symbols.ratio;
    const width = size.x + 2 * pad, height = size.y + 2 * pad;
    const corner = map.containerPointToLayerPoint([-pad, -pad]);
    for (const canvas of [this.canvas, this.marks]) {
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
        canvas.style.width = width + "px";
        canvas.style.height = height + "px";
      }
      L.DomUtil.setPosition(canvas, corner);
    }
    this.bounds = L.latLngBounds(map.containerPointToLatLng([-pad, -pad]), map.containerPointToLatLng([width - pad, height - pad]));
    const scale = map.getZoomScale(map.getZoom(), 0), origin = map.getPixelOrigin();
    this.frame = { scale, left: origin.x + corner.x, top: origin.y + corner.y, width, height };
    this._paint(this._clear(this.canvas));
    this.mark();
    this.stats.frames++;
    if (this.onframe) this.onframe(this.stats);
  },

  // What stands above the features: the chosen one and the names. Cheap, so a click need not draw all.
  mark() {
    if (!this.frame) return;
    const context = this._clear(this.marks), { view } = this;
    if (view.selected >= 0) this._highlight(context, view.selected, true);
    for (const f of view.marked) this._highlight(context, f, false);
    for (const f of this.restricted.keys()) if (this.visible[f] && this._inView(f)) guantu.paintRestriction(context, this, f);
    guantu.paintLabels(context, this, this.shown);
  },

  _clear(canvas) {
    const context = canvas.getContext("2d"), ratio = this.symbols.ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.frame.width, this.frame.height);
    return context;
  },

  _paint(context) {
    const { data, frame, view, rules } = this, muted = [], shown = (this.shown = []), counts = new Uint32Array(this.stages.length);
    const stats = Object.assign(this.stats, { drawn: 0, muted: 0, thinned: 0, byStage: {} });
    this.ground = rules.ground[view.theme];
    guantu.paintGraticule(context, this);
    for (const f of this.order) {
      if (!this._inView(f)) continue;
      if (data.context[f] === 1) this._context(context, f, false);
      else if (this.visible[f]) { shown.push(f); counts[this.stage[f]]++; }
      else muted.push(f);
    }
    if (!view.hideMuted) this._many(context, muted, true);
    this._many(context, shown, false);
    stats.muted = view.hideMuted ? 0 : muted.length;
    stats.drawn = shown.length;
    counts.forEach((count, stage) => { if (count) stats.byStage[this.stages[stage]] = count; });
  },

  _inView(f) {
    const { scale, left, top, width, height } = this.frame, box = this.data.box, i = 4 * f, slack = 12;
    return box[i + 2] * scale - left > -slack && box[i] * scale - left < width + slack &&
      box[i + 3] * scale - top > -slack && box[i + 1] * scale - top < height + slack;
  },

  _many(context, features, muted) {
    const crowded = (this.stats.crowded = features.length > guantu.CROWD), { box, kind } = this.data;
    const dots = crowded ? [] : null, tiny = guantu.TINY / this.frame.scale;
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
    const { scale, left, top } = this.frame, { box } = this.data, ratio = this.symbols.ratio;
    const { width, height } = this.canvas, side = Math.round(3 * ratio);
    const scratch = (this.scratch = this.scratch || document.createElement("canvas"));
    if (scratch.width !== width || scratch.height !== height) { scratch.width = width; scratch.height = height; this.image = null; }
    const image = (this.image = this.image || new ImageData(width, height)), pixels = new Uint32Array(image.data.buffer);
    pixels.fill(0);
    const colours = this.looks.map((look) => guantu.pixel(muted ? this.rules.muted.color : look.color));
    const half = (scale * ratio) / 2, shiftX = left * ratio + side / 2 - 0.5, shiftY = top * ratio + side / 2 - 0.5;
    let thinned = 0;
    for (const f of features) {
      const i = 4 * f;
      const x = ((box[i] + box[i + 2]) * half - shiftX) | 0, y = ((box[i + 1] + box[i + 3]) * half - shiftY) | 0;
      if (x < 0 || y < 0 || x + side > width || y + side > height) continue;
      const colour = colours[this.stage[f]], middle = (y + (side >> 1)) * width + x + (side >> 1);
      if (pixels[middle]) { thinned++; continue; }
      for (let row = y * width + x, end = row + side * width; row < end; row += width)
        for (let pixel = row; pixel < row + side; pixel++) pixels[pixel] = colour;
    }
    this.stats.thinned += thinned;
    scratch.getContext("2d").putImageData(image, 0, 0);
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(scratch, 0, 0);
    context.restore();
  },

  _look(f) { return this.looks[this.stage[f]]; },
  _theme(f) { return this.themes[this.data.theme[f]]; },

  _trace(context, f) {
    const { x, y, partStart, vertexStart, kind } = this.data, { scale, left, top } = this.frame;
    context.beginPath();
    for (let part = partStart[f]; part < partStart[f + 1]; part++) {
      for (let v = vertexStart[part]; v < vertexStart[part + 1]; v++) {
        const px = x[v] * scale - left, py = y[v] * scale - top;
        if (v === vertexStart[part]) context.moveTo(px, py); else context.lineTo(px, py);
      }
      if (kind[f] === 2) context.closePath();
    }
  },

  _shape(context, f, muted) {
    const look = this._look(f), width = (this._theme(f).width || 3) * (look.scale || 1) * this.view.magnify, hollow = this.data.hollow[f] === 1;
    context.lineJoin = "round";
    context.lineCap = "butt";
    this._trace(context, f);
    if (muted) {
      context.globalAlpha = this.rules.muted.opacity;
      context.setLineDash([]);
      context.lineWidth = this.rules.muted.width;
      context.strokeStyle = this.rules.muted.color;
      context.stroke();
      context.globalAlpha = 1;
      return;
    }
    if (this.data.kind[f] === 2) {
      context.globalAlpha = 0.18;
      context.fillStyle = look.color;
      context.fill();
      context.globalAlpha = 1;
    }
    if (!this.stats.crowded) {
      context.setLineDash([]);
      context.lineWidth = width + 2.5;
      context.strokeStyle = this.ground.edge;
      context.stroke();
    }
    context.setLineDash(look.dash);
    context.lineWidth = width;
    context.strokeStyle = look.color;
    context.stroke();
    context.setLineDash([]);
    if (hollow) {
      context.lineWidth = Math.max(1, width - 2);
      context.strokeStyle = this.ground.paper;
      context.stroke();
    }
  },

  _point(context, f, muted) {
    const { x, y, letter, letters, hollow } = this.data, { scale, left, top } = this.frame;
    const look = this._look(f), size = (this._theme(f).size || 16) * (look.scale || 1) * this.view.magnify;
    const crowd = this.stats.crowded;
    const word = letters ? letters[this.view.lang][letter[f]] : "";
    for (let v = guantu.firstVertex(this.data, f); v < guantu.endVertex(this.data, f); v++) {
      const px = x[v] * scale - left, py = y[v] * scale - top;
      if (muted) {
        context.globalAlpha = this.rules.muted.opacity;
        context.fillStyle = this.rules.muted.color;
        context.beginPath();
        context.arc(px, py, size / 4, 0, 2 * Math.PI);
        context.fill();
        context.globalAlpha = 1;
        continue;
      }
      if (hollow[f] && !crowd) this._uncertainty(context, f, px, py);
      const image = this.symbols.sprite(look, crowd ? 8 : size, crowd ? "" : word, hollow[f] === 1, this.ground.edge);
      const side = image.width / this.symbols.ratio;
      context.drawImage(image, px - side / 2, py - side / 2, side, side);
    }
  },

  // How far off the true place may be, drawn on the ground at its true size.
  _uncertainty(context, f, px, py) {
    const radius = this._metres(f, this.data.accuracy[f]);
    if (radius < 14 || radius > 400) return;
    context.beginPath();
    context.arc(px, py, radius, 0, 2 * Math.PI);
    context.setLineDash([2, 4]);
    context.lineWidth = 1;
    context.strokeStyle = this._look(f).color;
    context.globalAlpha = 0.6;
    context.stroke();
    context.globalAlpha = 1;
    context.setLineDash([]);
  },
  _metres(f, metres) {
    const y = this.data.box[4 * f + 1] / 256, latitude = Math.atan(Math.sinh(Math.PI * (1 - 2 * y)));
    return (metres / (40075016.686 * Math.cos(latitude))) * 256 * this.frame.scale;
  },

  // Water and towns have no stage: they keep their own look, stronger where a measure names them.
  _context(context, f, muted) {
    const { kind } = this.data, named = this.data.context[f] === 2 && !muted, colours = this.rules.context, { scale, left, top } = this.frame;
    if (kind[f] === 0) {
      const px = this.data.x[guantu.firstVertex(this.data, f)] * scale - left;
      const py = this.data.y[guantu.firstVertex(this.data, f)] * scale - top;
      const half = named ? 3 : 1.5;
      context.fillStyle = named ? this.ground.ink : colours.town;
      context.fillRect(px - half, py - half, 2 * half, 2 * half);
      return;
    }
    this._trace(context, f);
    context.lineJoin = context.lineCap = "round";
    context.lineWidth = (this._theme(f).width || 2) * Math.max(1, Math.min(3, scale / 1500));
    context.strokeStyle = named ? colours.named : colours.water;
    context.setLineDash([]);
    context.stroke();
    context.lineCap = "butt";
  },

  _highlight(context, f, strong) {
    if (!this._inView(f)) return;
    const { kind, x, y } = this.data, { scale, left, top } = this.frame, rule = this.rules.selected;
    context.setLineDash([]);
    context.globalAlpha = strong ? 0.95 : 0.6;
    if (kind[f] === 0) {
      for (let v = guantu.firstVertex(this.data, f); v < guantu.endVertex(this.data, f); v++) {
        for (const [colour, width] of [[rule.halo, 6], [rule.color, 2]]) {
          context.beginPath();
          context.arc(x[v] * scale - left, y[v] * scale - top, ((this._theme(f).size || 16) * this.view.magnify) / 2 + 5, 0, 2 * Math.PI);
          context.lineWidth = width;
          context.strokeStyle = colour;
          context.stroke();
        }
      }
    } else {
      for (const [colour, width] of [[rule.color, rule.width + 6], [rule.halo, rule.width + 3]]) {
        this._trace(context, f);
        context.lineWidth = width;
        context.strokeStyle = colour;
        context.stroke();
      }
      context.globalAlpha = 1;
      if (this.data.context[f]) this._context(context, f, false); else this._shape(context, f, false);
    }
    context.globalAlpha = 1;
  },

  // The features within `reach` pixels of a place, nearest first, points before lines; muted ones only where no other is.
  hits(latlng, reach = 9) {
    const map = this._map, scale = map.getZoomScale(map.getZoom(), 0), at = map.project(latlng, map.getZoom());
    const px = at.x / scale, py = at.y / scale, near = (reach + 4) / scale, found = [];
    let shown = false;
    for (const f of this.nearby([px - near, py - near, px + near, py + near])) {
      if (this.data.context[f] === 1 || (this.view.hideMuted && !this.visible[f])) continue;
      const distance = guantu.distance(this.data, f, px, py) * scale, point = this.data.kind[f] === 0;
      if (distance > (point ? reach + 3 : reach)) continue;
      shown = shown || this.visible[f] === 1;
      found.push([distance + (point ? 0 : 8) + (this.data.context[f] ? 20 : 0), f]);
    }
    return found.filter(([, f]) => !shown || this.visible[f]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, f]) => f);
  },
});
