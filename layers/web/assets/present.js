// The page that carries the map to a meeting: a tour of chapters and a map to explore, without a server.
"use strict";

guantu.present = function () {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const bundle = read("bundle"),
    config = read("config"),
    words = read("words");
  const bytes = Uint8Array.from(atob(document.getElementById("features").textContent.trim()), (char) =>
    char.charCodeAt(0),
  );
  guantu.alone = true;
  guantu.file = Promise.resolve(new Response(bytes));
  const map = L.map("map", { zoomSnap: 0.25, minZoom: 3, maxZoom: 18, trackResize: false }).setView(
    [22.9, 113.9],
    10,
  );
  guantu.start(map, config);
  const page = {
    bundle,
    config,
    map,
    bridge: guantu.bridge,
    langs: bundle.langs,
    lang: 0,
    mode: "tour",
    at: 0,
    filter: guantu.emptyFilter(),
    selected: null,
    listed: null,
    tab: "measures",
    presenter: null,
    started: Date.now(),
    day: bundle.day,
    playing: null,
    address: "",
    ignored: [],
    by: "",
    lastBy: "",
  };
  window.guantu.page = page;
  guantu.standOn(bundle, page.day);
  page.say = (key, values = {}) =>
    Object.entries(values).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, () => value),
      words[key][page.langs[page.lang]],
    );
  page.knows = (key) => key in words;
  page.of = (texts) => texts[page.lang];
  page.title = (list, code) => (code ? page.of(bundle.codes[list][code] || [code, code]) : "");
  page.chapters = () => bundle.tours[page.langs[page.lang]];
  page.chapter = () => page.chapters()[page.at];
  page.swatches = new Map(
    config.legend.flatMap((part) => part.items.map((item) => [item.code, item.swatch])),
  );
  page.bridge.tell = ({ selected }) =>
    page.choose("features", selected === null ? -1 : bundle.features.findIndex((row) => row.id === selected));
  page.choose = (table, row) => {
    page.selected = row < 0 ? null : { table, row };
    page.render();
  };
  page.list = (title, table, rows) => {
    page.listed = rows && { title, table, rows };
    page.render();
  };
  page.go = (at) => {
    const last = page.chapters().length - 1;
    if (at < 0 || at > last) return;
    const back = page.mode === "explore";
    guantu.stop(page);
    // What a chapter says, it says of the day of the page.
    Object.assign(page, { at, mode: "tour", day: bundle.day, selected: null, listed: null });
    page.render();
    page.settle(back);
  };
  page.set = (change) => {
    Object.assign(page, change);
    page.render();
  };
  page.turn = () => (page.mode === "explore" ? page.go(page.at) : page.open({}));
  // To the map with filters.
  page.open = (change) => {
    const tour = page.mode === "tour";
    page.set({ mode: "explore", listed: null, ...change });
    if (tour) page.settle();
  };
  // The map of one agency.
  page.explore = (agency) => page.open({ filter: { ...guantu.emptyFilter(), agency: new Set([agency]) } });
  // The map takes the room that the page leaves it, and looks where it should.
  page.settle = (resized = true) => {
    const tour = page.mode === "tour";
    if (resized) {
      page.bridge.legend.open = tour && window.innerWidth > 1000;
      map.invalidateSize({ pan: false });
    }
    if (tour) guantu.fly(page);
    else guantu.goHome(page.bridge);
  };
  page.render = () => guantu.renderPage(page);
  // A flight moves the map frame by frame; the layer follows it.
  map.on("move", () => {
    if (page.bridge.layer) page.bridge.layer.draw();
  });
  guantu.buildPage(page);
  guantu.listenKeys(page, document);
  window.addEventListener("popstate", () => guantu.recall(page));
  Object.assign(page, guantu.stateOf(page, window.location.hash.slice(1)));
  page.address = guantu.stateText(page);
  page.render();
  const ready = setInterval(() => {
    if (!page.bridge.layer) return;
    clearInterval(ready);
    page.render();
    if (page.mode === "tour") guantu.fly(page, false);
    else page.settle();
    document.body.dataset.ready = "yes";
  }, 20);
  new ResizeObserver(() => {
    if (page.mode === "tour" && page.bridge.layer) guantu.fly(page, false);
  }).observe(document.getElementById("map"));
};

// To the ground of the chapter, beside the panel and the legend.
guantu.fly = function (page, animate = !window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
  const { map, bridge } = page,
    chapter = page.chapter();
  if (!chapter) return;
  bridge.moved = true;
  const bounds = chapter.bounds
    ? [
        [chapter.bounds[1], chapter.bounds[0]],
        [chapter.bounds[3], chapter.bounds[2]],
      ]
    : page.config.city;
  const panel = document.getElementById("panel"),
    beside = panel.offsetWidth < window.innerWidth * 0.6 ? panel.offsetWidth : 0;
  const options = {
    paddingTopLeft: [beside + 40, 50],
    paddingBottomRight: [(bridge.legend.open ? bridge.legend.offsetWidth : 0) + 40, 60],
    maxZoom: 13,
  };
  if (animate) map.flyToBounds(bounds, { ...options, duration: 1.1 });
  else map.fitBounds(bounds, { ...options, animate: false });
};

// By the key in lower case.
guantu.keyActions = (page) => ({
  home: () => page.go(0),
  end: () => page.go(page.chapters().length - 1),
  f: guantu.toggleFull,
  p: () => guantu.openPresenter(page),
  e: () => page.turn(),
  l: page.langs.length > 1 ? () => page.set({ lang: 1 - page.lang }) : null,
  escape: () => page.set({ selected: null, listed: null }),
});

// What a key does in a text field, on a button or on the map is their own affair; all others walk the tour.
guantu.listenKeys = function (page, target) {
  const actions = guantu.keyActions(page),
    steps = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 };
  target.addEventListener("keydown", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    if (event.ctrlKey || event.metaKey || event.altKey || on("input, select, textarea")) return;
    if ([" ", "Enter"].includes(event.key) && on("button, a, summary")) return;
    if (page.mode === "explore" && on("#map")) return;
    const step = page.mode === "tour" && steps[event.key];
    const act = step ? () => page.go(page.at + step) : actions[event.key.toLowerCase()];
    if (!act) return;
    act();
    event.preventDefault();
  });
};

guantu.toggleFull = () =>
  document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();

// The message that the app would send to the map.
guantu.showOnMap = function (page, features) {
  const { bridge, bundle } = page,
    layer = bridge.layer;
  if (!layer) return;
  if (!page.places)
    page.places = layer.data.ids.map((id) => bundle.features.findIndex((row) => row.id === id));
  const on = new Set(features),
    mask = guantu.packed(page.places.map((row) => on.has(row)));
  const stages = page.places.map((row) => layer.stages.indexOf(bundle.features[row].stage));
  const text = (list) => btoa(String.fromCharCode(...list));
  layer.view.magnify = page.mode === "tour" ? Math.max(1, Math.min(1.8, window.innerWidth / 1300)) : 1;
  const chosen = page.selected && bundle[page.selected.table][page.selected.row];
  const links =
    page.selected?.table === "measures"
      ? bundle.links.filter(([, m, relation]) => m === page.selected.row && relation === "target")
      : [];
  guantu.receive(bridge, {
    lang: page.langs[page.lang],
    mask: text(mask),
    stages: text(stages),
    hide: false,
    stale: text(guantu.packed(page.places.map((row) => bundle.features[row].stale))),
    restricted: Object.fromEntries(
      bundle.features.filter((row) => row.restriction).map((row) => [row.id, row.restriction]),
    ),
    selected: page.selected?.table === "features" ? chosen.id : "",
    marked: links.map(([f]) => bundle.features[f].id).filter((id) => layer.data.ids.includes(id)),
    alt: page.say("map", { n: on.size }), // A picture of another day says so.
    stamp:
      page.of(page.config.stamp) + (page.day === bundle.day ? "" : ` · ${page.say("as-of")} ${page.day}`),
  });
  // A chapter explains the stages that it shows.
  const drawn = new Set(page.places),
    shown = new Set(features.filter((f) => drawn.has(f)).map((f) => bundle.features[f].stage));
  for (const row of bridge.legend.querySelectorAll("li")) {
    row.hidden =
      page.mode === "tour" && row.dataset.code in page.config.symbology.stage && !shown.has(row.dataset.code);
  }
};

guantu.packed = function (flags) {
  const bits = new Uint8Array(Math.ceil(flags.length / 8));
  flags.forEach((flag, i) => {
    if (flag) bits[i >> 3] |= 128 >> (i & 7);
  });
  return bits;
};
