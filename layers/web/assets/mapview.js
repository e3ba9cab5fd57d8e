// The map in the page: what it shows, where it looks, and what covers it.
"use strict";

// `say(key)` speaks the language of the page.
guantu.startMap = function (map, config, say) {
  const view = { map, config, say, layer: null, tiles: null, moved: false, flying: false },
    box = map.getContainer();
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(config.attribution);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  box.id = "map";
  box.setAttribute("tabindex", "0");
  box.setAttribute("role", "application");
  view.tip = guantu.h("div", { class: "guantu-tip", role: "status", hidden: true });
  view.stamp = guantu.h("div", { class: "guantu-stamp" });
  view.note = guantu.h("div", { class: "guantu-note", role: "status", hidden: true });
  view.at = guantu.h("div", { class: "guantu-at", "aria-hidden": "true" });
  const cross = guantu.h("div", { class: "guantu-cross", "aria-hidden": "true" });
  box.append(view.tip, view.stamp, view.note, view.at, cross);
  guantu.addVisions(config.vision);
  return view;
};

guantu.takeFeatures = function (page, data) {
  const { view } = page,
    { map, layer } = view;
  if (layer) map.removeLayer(layer);
  view.layer = new guantu.Layer(data, view.config.symbology);
  view.find = guantu.finder(data.ids);
  view.layer.onframe = (stats) => guantu.tellCrowd(view, stats);
  page.rowOf = guantu.takeRows(view.layer, page.bundle);
  map.addLayer(view.layer);
  if (!layer) guantu.listen(page);
};

// What each feature of a layer weighs; the rows of its places.
guantu.takeRows = function (layer, { features, links }) {
  const { n, ids } = layer.data,
    rowOf = new Int32Array(n);
  for (const row of features) row.weight = 0;
  for (const [f, , relation] of links) features[f].weight += relation === "target" ? 2 : 1;
  // Both are in the order of the register; what has no position is among the rows alone.
  for (let f = 0, row = 0; f < n; f++, row++) {
    while (row < features.length && features[row].id !== ids[f]) row++;
    if (row === features.length) throw new Error(`no row of ${ids[f]}`);
    rowOf[f] = row;
    layer.weight[f] = features[row].weight;
  }
  return rowOf;
};

// From an id to its place; the index is made with the first id asked for.
guantu.finder = function (ids) {
  let index = null;
  return (id) => (id ? (index = index || new Map(ids.map((each, f) => [each, f]))).get(id) : undefined);
};

// The stages and signs of a day.
guantu.standOnMap = function (layer, bundle, rowOf) {
  if (layer.standsOn === bundle.standsOn) return;
  layer.standsOn = bundle.standsOn;
  const codes = new Map(layer.stages.map((code, i) => [code, i]));
  layer.restricted = new Map();
  layer.onPaper = new Set();
  for (let f = 0; f < rowOf.length; f++) {
    const row = bundle.features[rowOf[f]];
    layer.stage[f] = codes.get(row.stage);
    if (row.restriction) layer.restricted.set(f, row.restriction);
    if (row.grade === "seed") layer.onPaper.add(f);
  }
};

// Which features of a layer are kept, as they stand.
guantu.keepOnMap = function (layer, bundle, rowOf, features) {
  const on = new Uint8Array(bundle.features.length);
  for (const f of features) on[f] = 1;
  guantu.standOnMap(layer, bundle, rowOf);
  // What gives orientation only is never filtered.
  for (let f = 0; f < rowOf.length; f++) layer.visible[f] = layer.data.context[f] === 1 ? 1 : on[rowOf[f]];
};

// The features of the page as they are kept and stand; where nothing of that changed, only the marks.
guantu.showOnMap = function (page, features) {
  const { view, bundle, rowOf } = page,
    { layer } = view;
  if (!layer) return;
  guantu.keepOnMap(layer, bundle, rowOf, features);
  const lang = page.langs[page.lang],
    chosen = page.selected && bundle[page.selected.table][page.selected.row];
  const place = (id) => view.find(id) ?? -1;
  const targets =
    page.selected?.table === "measures"
      ? bundle.links.filter(([, m, relation]) => m === page.selected.row && relation === "target")
      : [];
  Object.assign(layer.view, {
    selected: page.selected?.table === "features" ? place(chosen.id) : -1,
    marked: targets.map(([f]) => place(bundle.features[f].id)).filter((f) => f >= 0),
    draft: Boolean(page.moving),
    hideMuted: page.hide && page.mode === "explore",
    lang,
    theme: page.theme,
    magnify: page.mode === "tour" ? Math.max(1, Math.min(1.8, window.innerWidth / 1300)) : 1,
    ...page.layers,
    tails: page.layers.classes ? guantu.waterTails(page, rowOf) : null,
  });
  view.stamp.textContent = guantu.stampOf(page);
  guantu.renderLater(page, "words", guantu.sayMap);
  guantu.renderSides(page);
  layer.draw();
};
guantu.sayMap = function (page, { features }) {
  const words = [guantu.mapWords(page, features), guantu.compares(page) && guantu.changedWords(page)];
  page.view.map.getContainer().setAttribute("aria-label", words.filter(Boolean).join(" "));
};

// A picture of another day says so.
guantu.stampOf = (page) =>
  [
    page.mark(),
    page.day === page.last && !page.dated ? "" : page.say("as-of-line", { day: page.day }),
    page.known && page.say("known-by", { day: page.known }),
    page.proposed && page.say("with-proposed"),
  ]
    .filter(Boolean)
    .join(" · ");

// The map in a sentence, for those who cannot see it.
guantu.mapWords = function (page, features) {
  const counts = new Map();
  let placed = 0;
  for (const f of features) {
    const row = page.bundle.features[f];
    if (!row.placed) continue;
    placed++;
    counts.set(row.stage, (counts.get(row.stage) || 0) + 1);
  }
  const stages = [...counts].map(([code, n]) => `${page.title("stage", code)} ${n}`).join(page.say("comma"));
  return page.say("map-words", { n: placed, all: features.length, stages });
};

// A view as zoom,latitude,longitude; anything else is no view.
guantu.viewText = (map) =>
  [map.getZoom(), map.getCenter().lat.toFixed(4), map.getCenter().lng.toFixed(4)].join(",");
guantu.viewOf = function (text) {
  const [zoom, lat, lng] = /^[0-9]{1,2}([.][0-9]+)?(,-?[0-9]{1,3}([.][0-9]+)?){2}$/.test(text || "")
    ? text.split(",").map(Number)
    : [];
  return zoom >= 3 && zoom <= 18 && Math.abs(lat) <= 85 && Math.abs(lng) <= 180
    ? { zoom, center: [lat, lng] }
    : null;
};

// Where the map looks without the user: this is no move of his.
guantu.lookAt = function (page, { zoom, center, bounds, maxZoom = 13 }) {
  const { map, view } = page;
  view.flying = true;
  // Reset, not panned: a pan goes by whole pixels, and home would lie a little elsewhere each time.
  if (bounds) map.fitBounds(bounds, { ...guantu.room(page), maxZoom, reset: true });
  else map.setView(center, zoom, { reset: true });
  view.flying = false;
  guantu.shareView(page);
};

// Pixels on each side of the map that a sheet lies over.
guantu.room = function (page) {
  guantu.measure(page);
  const map = page.map.getContainer().getBoundingClientRect(),
    sides = { left: 0, right: 0, bottom: 0 };
  for (const [id, side] of Object.entries(guantu.SIDES)) {
    const node = document.getElementById(id),
      box = node?.getBoundingClientRect();
    // A folded legend is a button in the corner.
    if (!box || !guantu.meet(box, map) || (id === "legend" && !guantu.isLegendOpen(page))) continue;
    const covers = { left: box.right - map.left, right: map.right - box.left, bottom: map.bottom - box.top };
    const at = box.width > map.width * 0.6 ? "bottom" : side;
    sides[at] = Math.max(sides[at], covers[at]);
  }
  return {
    paddingTopLeft: [sides.left + 12, 12],
    paddingBottomRight: [sides.right + 12, Math.min(map.height * 0.7, sides.bottom) + 12],
  };
};
// The map takes the size that the page leaves it now; the bar alone leaves it none.
guantu.measure = function (page) {
  const { view, map } = page,
    { flying } = view;
  const box = map.getContainer(),
    size = map.getSize();
  // Leaflet forgets the exact centre when it is told of a size, though it be the same.
  if ((page.elsewhere && !page.answered?.()) || (box.clientWidth === size.x && box.clientHeight === size.y))
    return;
  view.flying = true;
  map.invalidateSize({ pan: false });
  view.flying = flying;
};
guantu.SIDES = { filters: "left", card: "right", legend: "right", table: "bottom" };
guantu.meet = (a, b) =>
  a.width > 0 && a.top < b.bottom && a.bottom > b.top && a.left < b.right && a.right > b.left;

// The view that nobody chose, on a wish: the address forgets where the map was moved to.
guantu.backHome = function (page) {
  page.view.moved = false;
  guantu.goHome(page);
};
guantu.goHome = (page) => guantu.lookAt(page, { bounds: page.config.city });

// The box round some features, in degrees; null when none of them has a position.
guantu.boundsOf = function (layer, places) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const f of places) {
    const one = layer.data.box.subarray(4 * f, 4 * f + 4);
    box[0] = Math.min(box[0], one[0]);
    box[1] = Math.min(box[1], one[1]);
    box[2] = Math.max(box[2], one[2]);
    box[3] = Math.max(box[3], one[3]);
  }
  if (!(box[0] <= box[2])) return null;
  const corner = (x, y) => layer._map.unproject(L.point(x, y), 0);
  return L.latLngBounds(corner(box[0], box[3]), corner(box[2], box[1]));
};

guantu.fitResult = function (page) {
  const { layer } = page.view,
    kept = new Set(page.found.features);
  const near = [...page.rowOf.keys()].filter((f) => kept.has(page.rowOf[f]) && layer.data.near[f]),
    bounds = guantu.boundsOf(layer, near);
  if (bounds) guantu.lookAt(page, { bounds });
};

// What is chosen, beside the sheets: where it is hidden or out of view the map moves to it, `firmly` always.
guantu.reveal = function (page, firmly = false) {
  const { layer } = page.view,
    { selected, marked } = layer.view;
  const bounds = guantu.boundsOf(layer, selected >= 0 ? [selected] : marked);
  if (!bounds) return;
  const point = selected >= 0 && layer.data.kind[selected] === 0,
    zoom = page.map.getZoom();
  if (!firmly && guantu.isSeen(page, bounds, point)) return;
  guantu.lookAt(page, { bounds, maxZoom: point && !firmly ? zoom : Math.max(zoom, 13) });
};

// Whether the ground is seen beside the sheets: a point wholly, a long line at least in part.
guantu.isSeen = function (page, bounds, wholly) {
  const { paddingTopLeft, paddingBottomRight } = guantu.room(page),
    free = L.bounds(paddingTopLeft, page.map.getSize().subtract(paddingBottomRight)),
    corner = (latlng) => page.map.latLngToContainerPoint(latlng),
    box = L.bounds(corner(bounds.getNorthWest()), corner(bounds.getSouthEast()));
  return wholly ? free.contains(box) : free.intersects(box);
};
