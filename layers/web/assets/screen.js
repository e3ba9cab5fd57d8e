// The one screen: the map with everything round it, the same in the app and in a file.
"use strict";

guantu.SAID = 8; // words of an address that a notice names

// `where` reads and writes the address; `words` are texts by language and key.
guantu.newPage = function ({ map, config, words, where }) {
  /** @type {Page} */
  const page = {
    map,
    config,
    where,
    bundle: null,
    langs: [],
    lang: 0,
    homeLang: 0,
    mode: "explore",
    at: undefined, // the chapter of a tour; the app has none
    elsewhere: undefined,
    filter: guantu.emptyFilter(),
    day: "",
    last: "", // the last day that is known
    dated: true, // whether the stamp always says the day
    table: "",
    hide: false,
    ...guantu.KNOWN, // what of the journal is shown
    selected: null,
    listed: null,
    found: { features: [], measures: [] },
    question: [], // names and values, on the page of questions
    ignored: [],
    notices: [],
    faults: 0, // of the register as its files are now
    address: "",
    by: "",
    lastBy: "",
    playing: null,
    open: guantu.openAt(window.innerWidth),
    layers: Object.fromEntries(guantu.LAYERS.map((name) => [name, name !== "classes"])),
    basemaps: [],
    basemap: "",
    vision: "normal",
    theme: "light",
    coarse: window.matchMedia("(pointer: coarse)").matches,
    measuring: null,
    grid: null,
    tall: () => {},
  };
  window.guantu.page = page;
  page.say = (key, values = {}) =>
    Object.entries(values).reduce(
      (text, [name, value]) => text.replaceAll(`{${name}}`, () => value),
      words[page.langs[page.lang] || "zh"][key],
    );
  // A text in the language of the page: a list has those of the page, an object all that there are.
  page.of = (texts) => (Array.isArray(texts) ? texts[page.lang] : texts[page.langs[page.lang]]);
  page.title = (list, code) => (code ? page.of(page.bundle.codes[list][code] || [code, code]) : "");
  // How far a feature is: of a service, a zone or a team that is no work, in a word that fits it.
  page.stage = ({ stretch }, code) =>
    stretch && guantu.PLAIN.includes(code) ? page.say(`plain-${code}`) : page.title("stage", code);
  page.swatches = new Map(
    [...config.legend, config.compared].flatMap((part) => part.items.map((item) => [item.code, item.swatch])),
  );
  page.mark = () => "";
  page.view = guantu.startMap(map, config, page.say);
  guantu.addActs(page);
  guantu.followTheme(page);
  return page;
};

// The stages that have a word of their own for what is no work; none to be had is the same for all.
guantu.PLAIN = [
  ...["identification", "preparation", "implementation", "completion", "maintenance"],
  ...["decommissioning", "decommissioned"],
];

// The sheets that are open at first, by the width of the window.
guantu.openAt = (width) => ({
  filters: width >= guantu.BESIDE,
  legend: width >= 1024,
  both: width >= guantu.ROOMY,
});
guantu.BESIDE = 1440; // pixels from which sheets stand beside the map, as screen.css has it
guantu.ROOMY = 1700; // below, card and open legend together hide too much of the map

// What the parts of the page may do to it; each draws anew.
guantu.addActs = function (page) {
  page.render = () => guantu.renderScreen(page);
  page.set = (change) => {
    Object.assign(page, change);
    page.render();
  };
  page.change = (name, value) => page.set({ filter: { ...page.filter, [name]: value }, listed: null });
  page.toggle = (facet, value) => {
    const next = new Set(page.filter[facet]);
    if (!next.delete(value)) next.add(value);
    page.change(facet, next);
  };
  page.reset = () => {
    page.set({ filter: guantu.emptyFilter(), listed: null });
    document.getElementById("numbers").scrollLeft = 0;
  };
  page.choose = (table, row) => {
    page.set({ selected: row < 0 ? null : { table, row } });
    if (row >= 0) guantu.reveal(page);
  };
  page.list = (title, table, rows) => page.set({ listed: rows && { title, table, rows } });
  // To everything that has one value.
  page.open1 = (facet, value) => {
    page.set({ filter: { ...guantu.emptyFilter(), [facet]: new Set([value]) }, listed: null });
    guantu.fitResult(page);
  };
  page.explore = (agency) => page.open1("agency", agency);
  page.sheet = (name, open = !page.open[name]) => {
    page.open = { ...page.open, [name]: open };
    page.render();
    if (!open) return;
    guantu.renderWaiting(page);
    document.getElementById(`close-${name}`)?.focus();
  };
  page.settle = () => {};
  page.tell = (words, stays = false) => {
    const node = document.getElementById("told");
    clearTimeout(page.telling);
    node.textContent = words;
    node.hidden = !words;
    if (!stays) page.telling = setTimeout(() => (node.hidden = true), 4000);
  };
};

guantu.followTheme = function (page) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    page.theme = dark.matches ? "dark" : "light";
    document.body.dataset.theme = page.theme;
    if (page.bundle) page.render();
  };
  follow();
  dark.addEventListener("change", follow);
};

guantu.buildScreen = function (page) {
  document
    .getElementById("app")
    .replaceChildren(
      guantu.buildTopbar(page),
      guantu.buildAnswer(page),
      guantu.buildFilters(page),
      guantu.buildCard(page),
      guantu.buildTable(page),
      guantu.buildDays(page),
      guantu.h("div", { id: "notices" }),
      guantu.h("div", { id: "told", role: "status", hidden: true }),
    );
  page.map.getContainer().append(guantu.buildLegend(page));
  L.DomEvent.disableClickPropagation(document.getElementById("legend"));
  L.DomEvent.disableScrollPropagation(document.getElementById("legend"));
  guantu.buildControls(page);
  // A sheet that opens takes room from the map, or gives it back.
  new ResizeObserver(() => {
    guantu.measure(page);
    const bare =
      !page.view.moved && page.mode === "explore" && page.bundle && !page.selected && !page.elsewhere;
    if (bare) guantu.goHome(page);
  }).observe(page.map.getContainer());
  page.map.on("moveend", () => {
    const { view } = page;
    if (!page.bundle || view.flying || page.mode !== "explore" || page.elsewhere || !view.placed) return;
    view.moved = true;
    guantu.shareView(page);
  });
  // A flight moves the map frame by frame; the layer follows it.
  page.map.on("move", () => {
    if (page.mode === "tour") page.view.layer?.draw();
  });
};

// First what answers an act: map, numbers, card. What takes longer and is looked at later waits a frame.
guantu.renderScreen = function (page) {
  guantu.remember(page);
  document.body.dataset.mode = page.mode;
  document.body.dataset.filters = page.open.filters && page.mode === "explore" ? "open" : "closed";
  document.body.dataset.table = guantu.listed(page) ? "open" : "closed";
  guantu.speak(document.documentElement, page.langs[page.lang]);
  guantu.findRows(page);
  guantu.renderTopbar(page);
  guantu.renderControls(page);
  guantu.renderCard(page);
  guantu.foldLegend(page);
  guantu.renderNotices(page);
  guantu.renderFound(page);
  guantu.renderLater(page, "table", guantu.renderTable);
  page.afterRender?.();
};

// What moves with the day: the map and all numbers beside it.
guantu.renderMoving = function (page) {
  guantu.findRows(page);
  guantu.renderFound(page);
};
guantu.findRows = function (page) {
  guantu.standOn(page.bundle, page.day);
  page.found = page.mode === "explore" ? guantu.applyFilter(page.bundle, page.filter) : page.told();
};
guantu.renderFound = function (page) {
  document.getElementById("filters").hidden = page.mode !== "explore" || !page.open.filters;
  guantu.renderDays(page);
  guantu.renderAnswer(page, page.found);
  guantu.renderLater(page, "legend", guantu.renderLegend);
  guantu.renderLater(page, "filters", guantu.renderFilters);
  // Last, for names keep off all that stands now.
  guantu.showOnMap(page, page.answered?.() ?? page.found.features);
};

// When the picture of the act is on the screen and the page is idle, once however often it is asked for.
guantu.renderLater = function (page, name, render) {
  page.later ??= new Map();
  if (!page.later.size) guantu.whenIdle(() => guantu.renderWaiting(page));
  page.later.set(name, render);
};
guantu.LATEST_MS = 150; // a sheet that shows numbers of before must not do so for longer
guantu.whenIdle = function (act) {
  const idle = () =>
    window.requestIdleCallback
      ? window.requestIdleCallback(act, { timeout: guantu.LATEST_MS })
      : setTimeout(act);
  // The second frame starts when the first is drawn.
  requestAnimationFrame(() => requestAnimationFrame(idle));
};
guantu.renderWaiting = function (page) {
  const waiting = [...page.later.values()];
  page.later.clear();
  for (const render of waiting) render(page, page.found);
};

guantu.renderNotices = function (page) {
  const { h } = guantu,
    empty = page.mode === "explore" && !page.found.features.length && !page.found.measures.length;
  const notice = (content, close, role = "status") =>
    h(
      "div",
      { class: "notice", role },
      content,
      close &&
        h("button", { type: "button", class: "close", "aria-label": page.say("close"), onclick: close }, "×"),
    );
  // An address may hold a thousand wrong words: the first say what is wrong.
  const more = page.ignored.length - guantu.SAID,
    ignored =
      page.ignored.slice(0, guantu.SAID).join(page.say("comma")) +
      (more > 0 ? page.say("ignored-more", { n: more }) : "");
  guantu.redraw(
    document.getElementById("notices"),
    page.faults > 0 && notice(h("p", {}, page.say("register-faulty", { n: page.faults })), null, "alert"),
    ignored &&
      notice(h("p", {}, page.say("ignored", { values: ignored })), () => page.set({ ignored: [] }), "alert"),
    page.notices.map((one) =>
      notice(one.said(), () => {
        one.closed?.();
        page.set({ notices: page.notices.filter((other) => other !== one) });
      }),
    ),
    empty &&
      notice([
        h("p", {}, page.say("no-row")),
        guantu.waysBack(page),
        h("button", { type: "button", id: "reset-zero", onclick: () => page.reset() }, page.say("reset")),
      ]),
  );
};

// The page takes its rows and its features, and goes to the state of its address.
guantu.takeBundle = function (page, bundle, features) {
  const before = page.bundle;
  page.bundle = bundle;
  page.langs = bundle.langs;
  guantu.takeFeatures(page, features);
  if (!before) guantu.buildScreen(page);
  const text = page.where.read(),
    view = guantu.viewOf(new URLSearchParams(text).get("map"));
  Object.assign(page, guantu.stateOf(page, text));
  page.address = guantu.stateText(page);
  const { layer } = page.view;
  // The first view lies beside the legend: nothing is drawn until it is known.
  layer.held = !before;
  page.render();
  if (before) return;
  guantu.renderWaiting(page);
  guantu.measure(page);
  if (view) {
    guantu.lookAt(page, view);
    page.view.moved = true;
  } else if (page.mode === "explore") {
    guantu.goHome(page);
    if (page.selected) guantu.reveal(page);
  }
  page.view.placed = true;
  layer.held = false;
  layer.draw();
};
