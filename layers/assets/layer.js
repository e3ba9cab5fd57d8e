// One Leaflet layer that draws every feature on one canvas and restyles in place.
"use strict";

guantu.TINY = 4; // pixels: a feature smaller than this is drawn as a dot
guantu.CROWD = 3000; // more features than this in view: markers shrink to dots and thin out

guantu.Layer = L.Layer.extend({
  initialize(data, symbology) {
    this.data = data;
    this.symbols = new guantu.Symbols(symbology, window.devicePixelRatio || 1);
    this.rules = symbology;
    this.stages = Object.keys(symbology.stage);
    this.grid = new guantu.Grid(data);
    this.order = guantu.drawingOrder(data, symbology);
    this.visible = new Uint8Array(data.n).fill(1);
    this.stale = new Uint8Array(data.n);
    this.restricted = new Map();
    this.stage = new Uint8Array(data.n).fill(this.stages.indexOf("unknown"));
    this.view = { hideMuted: false, selected: -1, marked: [], lang: "zh", theme: "light" };
    this.stats = { frames: 0, drawn: 0, muted: 0, thinned: 0, byStage: {} };
  },

  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated guantu-canvas", this.getPane());
    this.canvas.setAttribute("aria-hidden", "true");
    this.draw();
  },
  onRemove() { this.canvas.remove(); },
  getEvents() {
    const draw = () => this.draw();
    return { moveend: draw, resize: draw, zoomanim: this._zoomanim };
  },
  _zoomanim(event) {
    const map = this._map, scale = map.getZoomScale(event.zoom);
    L.DomUtil.setTransform(this.canvas, map._latLngBoundsToNewLayerBounds(this.bounds, event.zoom, event.center).min, scale);
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
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = width + "px";
      this.canvas.style.height = height + "px";
    }
    const corner = map.containerPointToLayerPoint([-pad, -pad]);
    L.DomUtil.setPosition(this.canvas, corner);
    this.bounds = L.latLngBounds(map.containerPointToLatLng([-pad, -pad]), map.containerPointToLatLng([width - pad, height - pad]));
    const scale = map.getZoomScale(map.getZoom(), 0), origin = map.getPixelOrigin();
    this.frame = { scale, left: origin.x + corner.x, top: origin.y + corner.y, width, height };
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this._paint(context);
    this.stats.frames++;
    if (this.onframe) this.onframe(this.stats);
  },

  _paint(context) {
    const { data, frame, view, rules } = this, muted = [], shown = [];
    const stats = Object.assign(this.stats, { drawn: 0, muted: 0, thinned: 0, byStage: {} });
    this.ground = rules.ground[view.theme];
    guantu.paintGraticule(context, this);
    for (const f of this.order) {
      if (!this._inView(f)) continue;
      if (data.context[f] === 1) this._context(context, f, false);
      else if (this.visible[f]) shown.push(f);
      else muted.push(f);
    }
    if (!view.hideMuted) this._many(context, muted, true);
    this._many(context, shown, false);
    stats.muted = view.hideMuted ? 0 : muted.length;
    stats.drawn = shown.length;
    for (const f of shown) {
      const code = this.stages[this.stage[f]];
      stats.byStage[code] = (stats.byStage[code] || 0) + 1;
    }
    if (view.selected >= 0) this._highlight(context, view.selected, true);
    for (const f of view.marked) this._highlight(context, f, false);
    for (const f of this.restricted.keys()) if (this.visible[f] && this._inView(f)) guantu.paintRestriction(context, this, f);
    guantu.paintLabels(context, this, shown);
  },

  _inView(f) {
    const { scale, left, top, width, height } = this.frame, box = this.data.box, i = 4 * f, slack = 12;
    return box[i + 2] * scale - left > -slack && box[i] * scale - left < width + slack &&
      box[i + 3] * scale - top > -slack && box[i + 1] * scale - top < height + slack;
  },

  _many(context, features, muted) {
    const { scale, left, top, width } = this.frame, { box, kind } = this.data;
    const crowded = features.length > guantu.CROWD, cell = 3;
    this.stats.crowded = crowded;
    const taken = crowded ? new Uint8Array(Math.ceil((width + 40) / cell) * Math.ceil((this.frame.height + 40) / cell)) : null;
    const columns = Math.ceil((width + 40) / cell);
    for (const f of features) {
      if (this.data.context[f]) { this._context(context, f, muted); continue; }
      const i = 4 * f, x = box[i] * scale - left, y = box[i + 1] * scale - top;
      const small = (box[i + 2] - box[i]) * scale < guantu.TINY && (box[i + 3] - box[i + 1]) * scale < guantu.TINY;
      if (crowded && small) {
        const place = Math.floor((y + 20) / cell) * columns + Math.floor((x + 20) / cell);
        if (taken[place]) { this.stats.thinned++; continue; }
        taken[place] = 1;
        context.fillStyle = muted ? this.rules.muted.color : this._look(f).color;
        context.fillRect(x - 1, y - 1, 3, 3);
      } else if (kind[f] === 0) this._point(context, f, muted);
      else this._shape(context, f, muted);
    }
  },

  _look(f) { return this.rules.stage[this.stages[this.stage[f]]]; },
  _theme(f) { return this.rules.theme[this.data.themes[this.data.theme[f]]] || {}; },

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
    const look = this._look(f), width = (this._theme(f).width || 3) * (look.scale || 1), hollow = this.data.hollow[f] === 1;
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
      context.strokeStyle = this.rules.ground.light.halo;
      context.stroke();
    }
  },

  _point(context, f, muted) {
    const { x, y, letter, letters, hollow } = this.data, { scale, left, top } = this.frame;
    const look = this._look(f), size = (this._theme(f).size || 16) * (look.scale || 1);
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
    if (radius < 14 || radius > 140) return;
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
    context.lineWidth = this._theme(f).width * Math.max(1, Math.min(3, scale / 1500));
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
          context.arc(x[v] * scale - left, y[v] * scale - top, (this._theme(f).size || 16) / 2 + 5, 0, 2 * Math.PI);
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

  // The nearest feature within `reach` pixels of a place, filtered-in before muted, points before lines.
  hit(latlng, reach = 9) {
    const map = this._map, scale = map.getZoomScale(map.getZoom(), 0), at = map.project(latlng, map.getZoom());
    const px = at.x / scale, py = at.y / scale, near = (reach + 4) / scale;
    let best = -1, score = Infinity;
    for (const f of this.grid.query([px - near, py - near, px + near, py + near])) {
      if (this.data.context[f] === 1 || (this.view.hideMuted && !this.visible[f])) continue;
      const distance = guantu.distance(this.data, f, px, py) * scale;
      const limit = this.data.kind[f] === 0 ? reach + 3 : reach;
      if (distance > limit) continue;
      const rank = distance + (this.visible[f] ? 0 : 100) + (this.data.kind[f] === 0 ? 0 : 8);
      if (rank < score) { score = rank; best = f; }
    }
    return best;
  },
});

guantu.drawingOrder = function (data, symbology) {
  const order = Array.from({ length: data.n }, (_, f) => f);
  const rank = data.themes.map((code) => (symbology.theme[code] || {}).order || 0);
  const key = Float64Array.from(order, (f) => (data.kind[f] === 0 ? 100 : 0) + rank[data.theme[f]]);
  return order.sort((a, b) => key[a] - key[b] || a - b);
};

// Distance in world pixels from a place to a feature; 0 inside a polygon.
guantu.distance = function (data, f, px, py) {
  const { x, y, kind, partStart, vertexStart } = data;
  let best = Infinity, inside = false;
  for (let part = partStart[f]; part < partStart[f + 1]; part++) {
    const first = vertexStart[part], end = vertexStart[part + 1];
    if (kind[f] === 0) {
      for (let v = first; v < end; v++) best = Math.min(best, Math.hypot(px - x[v], py - y[v]));
      continue;
    }
    for (let v = first; v + 1 < end; v++) {
      const dx = x[v + 1] - x[v], dy = y[v + 1] - y[v], length = dx * dx + dy * dy;
      const t = length ? Math.max(0, Math.min(1, ((px - x[v]) * dx + (py - y[v]) * dy) / length)) : 0;
      best = Math.min(best, Math.hypot(px - x[v] - t * dx, py - y[v] - t * dy));
      if (kind[f] === 2 && y[v] > py !== y[v + 1] > py && px < x[v] + ((py - y[v]) / dy) * dx) inside = !inside;
    }
  }
  return inside ? 0 : best;
};
