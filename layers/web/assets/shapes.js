// How the layer draws one feature: its line or area, its marker, its error, its mark when it is chosen.
"use strict";

guantu.Layer.include({
  _look(f) {
    return this.looks[this.stage[f]];
  },
  _theme(f) {
    return this.themes[this.data.theme[f]];
  },

  _trace(context, f, data = this.data) {
    const { x, y, partStart, vertexStart, kind } = data,
      { scale, left, top } = this.frame;
    context.beginPath();
    for (let part = partStart[f]; part < partStart[f + 1]; part++) {
      for (let v = vertexStart[part]; v < vertexStart[part + 1]; v++) {
        const px = x[v] * scale - left,
          py = y[v] * scale - top;
        if (v === vertexStart[part]) context.moveTo(px, py);
        else context.lineTo(px, py);
      }
      if (kind[f] === 2) context.closePath();
    }
  },

  _shape(context, f, muted) {
    const look = this._look(f),
      width = (this._theme(f).width || 3) * (look.scale || 1) * this.view.magnify,
      hollow = this.data.hollow[f] === 1;
    context.lineJoin = "round";
    context.lineCap = "butt";
    this._trace(context, f);
    if (muted) {
      context.globalAlpha = this.rules.muted.opacity;
      context.setLineDash([]);
      context.lineWidth = this.stats.crowded ? 1 : this.rules.muted.width;
      context.strokeStyle = this.rules.muted.color;
      context.stroke();
      context.globalAlpha = 1;
      return;
    }
    if (this.stats.crowded || (this.view.draft && this.busy)) {
      // A line of one pixel costs a fifth of any other, and thousands of wider ones hide each other.
      context.setLineDash([]);
      context.lineWidth = 1;
      context.strokeStyle = look.color;
      context.stroke();
      return;
    }
    if (this.data.kind[f] === 2) {
      context.globalAlpha = 0.18;
      context.fillStyle = look.color;
      context.fill();
      context.globalAlpha = 1;
    }
    // On a dark ground a light edge in the gaps would hide that there are any.
    context.setLineDash(this.view.theme === "dark" ? look.dash : []);
    context.lineWidth = width + 2.5;
    context.strokeStyle = this.ground.edge;
    context.stroke();
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
    const { x, y, letter, letters, hollow } = this.data,
      { scale, left, top } = this.frame;
    const look = this._look(f),
      size = (this._theme(f).size || 16) * (look.scale || 1) * this.view.magnify;
    const crowd = this.stats.crowded;
    const word = letters ? letters[this.view.lang][letter[f]] : "";
    for (let v = guantu.firstVertex(this.data, f); v < guantu.endVertex(this.data, f); v++) {
      const px = x[v] * scale - left,
        py = y[v] * scale - top;
      if (muted) {
        context.globalAlpha = this.rules.muted.opacity;
        context.fillStyle = this.rules.muted.color;
        context.beginPath();
        context.arc(px, py, size / 4, 0, 2 * Math.PI);
        context.fill();
        context.globalAlpha = 1;
        continue;
      }
      if (hollow[f] && !crowd && this.near12) this._uncertainty(context, f, px, py);
      const image = this.symbols.sprite(
        look,
        crowd ? 8 : size,
        crowd ? "" : word,
        hollow[f] === 1,
        this.ground.edge,
      );
      const side = image.width / this.symbols.ratio;
      context.drawImage(image, px - side / 2, py - side / 2, side, side);
    }
  },

  // The error of a schematic point that is pointed at or chosen, whatever the zoom.
  _ring(context, f) {
    const { data, frame } = this;
    if (!this.view.rings || !data.hollow[f] || data.kind[f] !== 0 || this.near12 || !this._inView(f)) return;
    for (let v = guantu.firstVertex(data, f); v < guantu.endVertex(data, f); v++)
      this._uncertainty(
        context,
        f,
        data.x[v] * frame.scale - frame.left,
        data.y[v] * frame.scale - frame.top,
      );
  },
  // How far off the true place may be, drawn on the ground at its true size.
  _uncertainty(context, f, px, py) {
    const radius = this._metres(f, this.data.accuracy[f]);
    if (radius < 14 || radius > 2000) return;
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
    const y = this.data.box[4 * f + 1] / 256,
      latitude = Math.atan(Math.sinh(Math.PI * (1 - 2 * y)));
    return (metres / (40075016.686 * Math.cos(latitude))) * 256 * this.frame.scale;
  },

  // Water and towns have no stage: they keep their own look, stronger where a measure names them.
  _context(context, f, muted) {
    const { kind } = this.data,
      named = this.data.context[f] === 2 && !muted,
      colours = this.rules.context,
      { scale, left, top } = this.frame;
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
    const { kind, x, y } = this.data,
      { scale, left, top } = this.frame,
      rule = this.rules.selected;
    context.setLineDash([]);
    context.globalAlpha = strong ? 0.95 : 0.6;
    if (kind[f] === 0) {
      for (let v = guantu.firstVertex(this.data, f); v < guantu.endVertex(this.data, f); v++) {
        for (const [colour, width] of [
          [rule.halo, 6],
          [rule.color, 2],
        ]) {
          context.beginPath();
          context.arc(
            x[v] * scale - left,
            y[v] * scale - top,
            ((this._theme(f).size || 16) * this.view.magnify) / 2 + 5,
            0,
            2 * Math.PI,
          );
          context.lineWidth = width;
          context.strokeStyle = colour;
          context.stroke();
        }
      }
    } else {
      for (const [colour, width] of [
        [rule.color, rule.width + 6],
        [rule.halo, rule.width + 3],
      ]) {
        this._trace(context, f);
        context.lineWidth = width;
        context.strokeStyle = colour;
        context.stroke();
      }
      context.globalAlpha = 1;
      if (this.data.context[f]) this._context(context, f, false);
      else this._shape(context, f, false);
    }
    context.globalAlpha = 1;
  },
});

// The boxes of the marks that an answer has on some features (asked_map.js).
guantu.discBoxes = (layer) =>
  [...layer.view.discs].map(([f, radius]) => {
    const [x, y] = guantu.anchor(layer, f) || [-99, -99];
    return [x - radius, y - radius, x + radius, y + radius];
  });
