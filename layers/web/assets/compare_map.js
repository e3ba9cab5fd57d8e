// Two days on the map: halos round what differs, and both sides of a line that can be moved.
"use strict";

guantu.STEPS = { ArrowLeft: -2, ArrowRight: 2, PageDown: -10, PageUp: 10 }; // percent of the map
guantu.FAR = 20000; // pixels beyond any view

guantu.Layer.include({
  // Of lines and areas under all features, which lie on them; there only while something differs.
  paintHalos() {
    const { changes } = this.view;
    if (!changes) {
      this.halos?.remove();
      this.halos = null;
      return;
    }
    if (!this.halos) {
      this.halos = guantu.newCanvas();
      this.halos.classList.add("guantu-halos");
      this.holder.append(this.halos);
    }
    const context = this._clear(this.halos),
      { width, dash } = this.rules.changed;
    context.lineJoin = "round";
    context.setLineDash([]);
    for (const f of changes.halos) if (this.data.kind[f] !== 0 && this._hasHalo(f)) this._halo(context, f);
    context.setLineDash(dash);
    for (const f of changes.waiting) if (this.data.kind[f] !== 0 && this._hasHalo(f)) this._halo(context, f);
    for (const f of changes.ghosts) this._outline(context, changes.data, f, 8, [[this.ground.found, width]]);
    context.setLineDash([]);
  },

  // Of points above all features, for in a crowd they lie under each other.
  paintPointHalos(context) {
    const { halos = [], waiting = [] } = this.view.changes || {};
    for (const f of [...halos, ...waiting])
      if (this.data.kind[f] === 0 && this._hasHalo(f)) {
        context.setLineDash(waiting.includes(f) ? this.rules.changed.dash : []);
        this._halo(context, f);
        context.setLineDash([]);
        if (this.data.context[f]) this._context(context, f, !this.visible[f]);
        else this._point(context, f, !this.visible[f]);
      }
  },
  _hasHalo(f) {
    return this._inView(f) && (this.visible[f] || !this.view.hideMuted);
  },

  // A double edge round what is new or differs: a ring, or two lines beside a line.
  _halo(context, f) {
    const { ground } = this,
      { width, gap } = this.rules.changed,
      { scale = 1 } = this._look(f),
      theme = this._theme(f);
    if (this.data.kind[f] === 0) {
      const radius = ((theme.size || 16) * scale) / 2 + gap + width / 2;
      return this._outline(context, this.data, f, radius, [
        [ground.halo, width + 4],
        [ground.found, width],
      ]);
    }
    const inner = (theme.width || 3) * scale + 2 * gap;
    this._outline(context, this.data, f, 0, [
      [ground.halo, inner + 2 * width + 4],
      [ground.found, inner + 2 * width],
      [ground.paper, inner],
    ]);
  },

  // A ring round each point of a feature, or its line, with each pen of a colour and a width.
  _outline(context, data, f, radius, pens) {
    const { scale, left, top } = this.frame;
    for (const [colour, width] of pens) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      if (data.kind[f] !== 0) {
        this._trace(context, f, data);
        context.stroke();
        continue;
      }
      for (let v = guantu.firstVertex(data, f); v < guantu.endVertex(data, f); v++) {
        context.beginPath();
        context.arc(data.x[v] * scale - left, data.y[v] * scale - top, radius, 0, 2 * Math.PI);
        context.stroke();
      }
    }
  },
});

// Which features of a file have a halo, and which of the other file are drawn as gone.
guantu.halosOf = function (page, rows) {
  const { layer, find } = page.view,
    { aside, bundle } = page,
    old = aside.data === layer.data ? find : guantu.finder(aside.data.ids),
    own = { halos: [], ghosts: [], waiting: [], data: aside.data },
    beside = { halos: [], ghosts: [], waiting: [], data: aside.data };
  for (const { table, row, was, changes } of rows) {
    if (table !== "features") continue;
    const now = row < 0 ? undefined : find(bundle.features[row].id),
      before = was < 0 ? undefined : old(aside.bundle.features[was].id),
      moved = changes.some(({ what }) => what === "position");
    if (now !== undefined) own.halos.push(now);
    if (before !== undefined) beside.halos.push(before);
    if (before !== undefined && (now === undefined || moved)) own.ghosts.push(before);
  }
  return { own, beside };
};

// Called when the features of the page are to be drawn: its own layer draws itself afterwards.
guantu.renderSides = function (page) {
  const { view } = page,
    rows = guantu.changesFound(page),
    halos = rows && page.aside.data ? guantu.halosOf(page, rows) : null;
  view.layer.view.changes = halos ? halos.own : guantu.waitingHalos(page);
  if (!halos || !page.sides) return guantu.closeSides(page);
  const { aside } = page;
  if (view.beside?.data !== aside.data || view.besideOf !== aside.bundle) {
    view.beside?.remove();
    view.beside = new guantu.Layer(aside.data, page.config.symbology);
    view.besideOf = aside.bundle;
    view.besideRows = guantu.takeRows(view.beside, aside.bundle);
    view.beside.addTo(page.map);
  }
  const { beside, besideRows, layer } = view,
    place = aside.data === layer.data ? (f) => f : guantu.placesIn(layer.data, aside.data);
  guantu.keepOnMap(beside, aside.bundle, besideRows, page.compared.old.features);
  Object.assign(beside.view, layer.view, {
    ...{ changes: halos.beside, hovered: -1, selected: place(layer.view.selected) },
    marked: layer.view.marked.map(place).filter((f) => f >= 0),
    tails: page.layers.classes
      ? guantu.waterTails({ ...page, bundle: aside.bundle, day: aside.day }, besideRows)
      : null,
  });
  guantu.showDivider(page);
  beside.draw();
};
// From the places of one file to those of another; -1 for none.
guantu.placesIn = function (from, to) {
  const find = guantu.finder(to.ids);
  return (f) => (f < 0 ? -1 : (find(from.ids[f]) ?? -1));
};

guantu.closeSides = function (page) {
  const { view } = page;
  view.beside?.remove();
  view.beside = view.besideOf = null;
  document.getElementById("divider")?.remove();
  view.layer.holder.style.clipPath = "";
  if (view.cut) page.map.off("move zoomend viewreset resize", view.cut);
  view.cut = null;
};

guantu.showDivider = function (page) {
  const { view, map } = page;
  let node = document.getElementById("divider");
  if (!node) {
    map.getContainer().append((node = guantu.buildDivider(page)));
    view.cut = () => guantu.cutSides(page);
    map.on("move zoomend viewreset resize", view.cut);
  }
  const [before, after] = guantu.sideWords(page);
  node.querySelector(".before").textContent = before;
  node.querySelector(".after").textContent = after;
  node.setAttribute("aria-label", page.say("divider", { before, after }));
  guantu.cutSides(page);
};

// What each side shows: its day, and by when it was known.
guantu.sideWords = (page) =>
  [
    [page.aside.day, page.againstKnown || page.known],
    [page.day, page.known],
  ].map(([day, known]) => [day, known && page.say("known-by", { day: known })].filter(Boolean).join(" · "));

guantu.buildDivider = function (page) {
  const { h } = guantu;
  const move = (split) => {
    page.split = Math.max(0, Math.min(100, split));
    guantu.cutSides(page);
  };
  // Names keep off the line where it has come to rest.
  const rest = () => guantu.layersOf(page).forEach((layer) => layer.mark());
  const node = h(
    "div",
    {
      ...{ id: "divider", role: "separator", tabindex: "0" },
      ...{ "aria-orientation": "vertical", "aria-valuemin": "0", "aria-valuemax": "100" },
      onkeydown: (event) => {
        const to = { Home: 0, End: 100 }[event.key] ?? page.split + guantu.STEPS[event.key];
        if (Number.isNaN(to)) return;
        move(to);
        rest();
        event.preventDefault();
        event.stopPropagation();
      },
      onpointerdown: (event) => {
        const box = page.map.getContainer().getBoundingClientRect();
        node.setPointerCapture(event.pointerId);
        node.onpointermove = (moved) => move((100 * (moved.clientX - box.left)) / box.width);
        node.onpointerup = node.onpointercancel = () => {
          node.onpointermove = node.onpointerup = node.onpointercancel = null;
          rest();
        };
      },
    },
    h("span", { class: "before" }),
    h("i"),
    h("span", { class: "after" }),
  );
  L.DomEvent.disableClickPropagation(node);
  return node;
};

// Each side as far as the line: cut where it stands now, whatever the map was moved by.
guantu.cutSides = function (page) {
  const { map, view, split } = page,
    node = document.getElementById("divider"),
    { x } = map.containerPointToLayerPoint([(map.getSize().x * split) / 100, 0]),
    box = (left, right) => {
      const at = (side, y) => `${side}px ${y}px`,
        { FAR } = guantu;
      return `polygon(${[at(left, -FAR), at(right, -FAR), at(right, FAR), at(left, FAR)].join(", ")})`;
    };
  view.beside.holder.style.clipPath = box(-guantu.FAR, x);
  view.layer.holder.style.clipPath = box(x, guantu.FAR);
  node.style.left = `${split}%`;
  node.setAttribute("aria-valuenow", String(Math.round(split)));
};

// The layer under a point of the map, with its rows.
guantu.sideAt = function (page, point) {
  const { layer, beside, besideRows } = page.view;
  if (beside && point && point.x < (page.map.getSize().x * page.split) / 100)
    return { layer: beside, bundle: page.aside.bundle, rowOf: besideRows };
  return { layer, bundle: page.bundle, rowOf: page.rowOf };
};
guantu.layersOf = ({ view }) => [view.layer, view.beside].filter(Boolean);

// What lies under a click, as places of the page's own file: the other side shows the same features.
guantu.hitsAt = function (page, latlng, reach) {
  const { layer } = page.view,
    side = guantu.sideAt(page, page.map.latLngToContainerPoint(latlng)).layer,
    found = side.hits(latlng, reach);
  if (side.data === layer.data) return found;
  return found.map(guantu.placesIn(side.data, layer.data)).filter((f) => f >= 0);
};

// The canvases that are seen, each with the share of the map that it fills: for a picture of it.
guantu.seenCanvases = function ({ view, split }) {
  const cut = view.beside ? split / 100 : 0,
    all = (layer, from, to) => layer.stack().map((canvas) => ({ canvas, from, to }));
  return [...(view.beside ? all(view.beside, 0, cut) : []), ...all(view.layer, cut, 1)];
};

// The line between both sides on such a picture, with what each shows.
guantu.paintDivider = function (page, context, head, size) {
  const { view, split } = page,
    { ground } = view.layer;
  if (!view.beside) return;
  const x = (size.x * split) / 100;
  context.fillStyle = ground.ink;
  context.fillRect(x - 1, head, 2, size.y);
  context.font = `600 12px ${guantu.FONT}`;
  context.textBaseline = "middle";
  guantu.sideWords(page).forEach((words, i) => {
    const wide = context.measureText(words).width + 16,
      left = i ? x + 6 : x - 6 - wide;
    context.fillStyle = ground.paper;
    context.fillRect(left, head + 8, wide, 22);
    context.fillStyle = ground.ink;
    context.textAlign = "left";
    context.fillText(words, left + 8, head + 19);
  });
};
