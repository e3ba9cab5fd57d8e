// Pictures of the view as it is: a filter that comes back is shown as it was drawn, and what filters leave
// out is drawn once for all of them.
"use strict";

guantu.newCanvas = () =>
  guantu.h("canvas", { class: "leaflet-zoom-animated guantu-canvas", "aria-hidden": "true" });

guantu.sameBytes = function (a, b) {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
};

guantu.Layer.include({
  // The picture of the features as they are kept and stand, drawn unless it is one of the last two.
  takePicture() {
    const key = this._lookKey(),
      { pictures, visible, stage } = this;
    const at = pictures.findIndex(
      (one) =>
        one.key === key && guantu.sameBytes(one.visible, visible) && guantu.sameBytes(one.stage, stage),
    );
    const picture =
      at >= 0
        ? pictures.splice(at, 1)[0]
        : this._newPicture(pictures.length > 1 ? pictures.shift().canvas : this._takeSpare(), key);
    pictures.push(picture);
    this._attach(picture.canvas);
    this.shown = picture.shown;
    Object.assign(this.stats, picture.stats);
    if (this.under?.key !== key && !this.view.draft && !this.view.hideMuted) this._underWhenIdle(key);
  },
  _takeSpare() {
    const { spare } = this;
    this.spare = null;
    return spare;
  },
  // Before it is drawn: only in the page a canvas has the fonts of its language.
  _attach(canvas) {
    if (canvas !== this.canvas) this.canvas.replaceWith(canvas);
    this.canvas = canvas;
  },

  // Everything that changes how a feature is drawn, but its stage and whether it is kept.
  _lookKey() {
    const { hideMuted, lang, theme, magnify, draft, towns, water, rings, grid } = this.view;
    return JSON.stringify([
      ...[this.frame, this.symbols.ratio],
      ...[hideMuted, lang, theme, magnify, draft, towns, water, rings, grid],
    ]);
  },

  _newPicture(spare, key) {
    const { view } = this,
      canvas = spare || (this.pictures.length ? guantu.newCanvas() : this.canvas),
      counts = new Uint32Array(this.stages.length),
      layers = [[], [], [], []],
      muted = [];
    // Points over lines, and of either what has a stage on top.
    for (const f of this._seen(key)) {
      if (this.visible[f]) {
        layers[(this.data.kind[f] === 0 ? 2 : 0) + (this.staged[this.stage[f]] ? 1 : 0)].push(f);
        counts[this.stage[f]]++;
      } else if (!view.hideMuted) muted.push(f);
    }
    this._attach(canvas);
    const context = this._clear(canvas),
      shown = layers.flat();
    if (muted.length && this.under?.key === key) this._copy(context, this.under.canvas);
    else {
      this._paintBase(context);
      this._many(context, muted, true);
    }
    this._many(context, shown, false);
    const stats = { drawn: shown.length, muted: muted.length, byStage: {}, crowded: this.stats.crowded };
    counts.forEach((count, stage) => {
      if (count) stats.byStage[this.stages[stage]] = count;
    });
    return { canvas, key, visible: this.visible.slice(), stage: this.stage.slice(), shown, stats };
  },

  // What has a stage and lies in the view, in the order of drawing.
  _seen(key) {
    if (this.seen?.key !== key) {
      const { context } = this.data,
        list = [];
      for (const f of this.order) if (context[f] !== 1 && this._isDrawn(f)) list.push(f);
      this.seen = { key, list };
    }
    return this.seen.list;
  },
  _isDrawn(f) {
    const { data, view } = this;
    return this._inView(f) && (!data.context[f] || view[data.kind[f] === 0 ? "towns" : "water"]);
  },

  // What gives orientation: under everything, whatever the filter.
  _paintBase(context) {
    if (this.view.grid) guantu.paintGraticule(context, this);
    for (const f of this.background) if (this._isDrawn(f)) this._context(context, f, false);
  },

  // The same with every feature as one that is left out, for those that are kept to lie on: made once the map
  // has come to rest.
  _underWhenIdle(key) {
    if (this.underAsked === key || !window.requestIdleCallback) return;
    this.underAsked = key;
    const idle = () => {
      if (this._map && this.frame && this._lookKey() === key) this._paintUnder(key);
      if (this.underAsked === key) this.underAsked = "";
    };
    setTimeout(() => window.requestIdleCallback(idle), guantu.LATEST_MS);
  },
  _paintUnder(key) {
    const canvas = this.under?.canvas || this.marks.parentNode.appendChild(guantu.newCanvas()),
      context = this._clear(canvas),
      { crowded } = this.stats;
    canvas.hidden = true;
    this._paintBase(context);
    this._many(context, this._seen(key), true);
    // A canvas takes time to be had: the first filter finds one ready.
    if (this.pictures.length === 1 && !this.spare) this._clear((this.spare = guantu.newCanvas()));
    // What the page says is of the picture that is seen.
    this.stats.crowded = crowded;
    this.under = { key, canvas };
  },

  // One canvas onto another of the same size, pixel by pixel.
  _copy(context, canvas) {
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = "copy";
    context.drawImage(canvas, 0, 0);
    context.restore();
  },
});
