// The page that carries the map to a meeting: a tour of chapters and the screen to explore, without a server.
"use strict";

guantu.present = function () {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const bundle = guantu.withRows(read("bundle")),
    config = read("config");
  const bytes = Uint8Array.from(atob(document.getElementById("features").textContent.trim()), (char) =>
    char.charCodeAt(0),
  );
  const map = L.map("map", {
    zoomSnap: 0.25,
    minZoom: 3,
    maxZoom: 18,
    trackResize: false,
    zoomControl: false,
  }).setView([22.9, 113.9], 10);
  const bare = window.location.pathname + window.location.search;
  const where = {
    read: () => window.location.hash.slice(1),
    write: (text, over) =>
      window.history[over ? "replaceState" : "pushState"](null, "", text ? `#${text}` : bare),
    link: (text) => `${window.location.href.split("#")[0]}#${text}`,
  };
  const page = guantu.newPage({ map, config, words: config.words, where });
  Object.assign(page, {
    at: 0,
    mode: "tour",
    last: bundle.day,
    day: bundle.day,
    dated: false,
    presenter: null,
    started: Date.now(),
    mark: () => page.of(config.stamp),
    chapters: () => bundle.tours[page.langs[page.lang]],
    chapter: () => page.chapters()[page.at],
    told: () => ({ features: page.chapter().features, measures: page.chapter().measures }),
    afterRender: () => guantu.renderTour(page),
  });
  guantu.addTour(page);
  page.langs = bundle.langs;
  document.body.append(guantu.buildTour(page));
  guantu.takeBundle(page, bundle, guantu.unpack(bytes.buffer));
  page.settle(false);
  guantu.listenKeys(page, document, guantu.tourKeys);
  window.addEventListener("popstate", () => guantu.recall(page));
  // The chapters as plain text are for those who have not come this far.
  document.getElementById("plain").remove();
  document.body.dataset.ready = "yes";
};

guantu.addTour = function (page) {
  page.go = (at) => {
    const last = page.chapters().length - 1;
    if (at < 0 || at > last) return;
    guantu.stop(page);
    // What a chapter says, it says of the day of the page.
    Object.assign(page, { at, mode: "tour", day: page.last, selected: null, listed: null });
    page.render();
    page.settle();
  };
  page.turn = () => (page.mode === "explore" ? page.go(page.at) : page.toMap({}));
  // To the map with filters.
  page.toMap = (change) => {
    const tour = page.mode === "tour";
    page.set({ mode: "explore", listed: null, ...change });
    if (tour) page.settle();
  };
  page.open1 = (facet, value) => {
    page.toMap({ filter: { ...guantu.emptyFilter(), [facet]: new Set([value]) } });
    guantu.fitResult(page);
  };
  // The map takes the room that the page leaves it, and looks where it should.
  page.settle = (animated) => {
    guantu.renderWaiting(page);
    guantu.measure(page);
    if (page.mode === "tour") guantu.fly(page, animated);
    else if (!page.view.moved) guantu.goHome(page);
  };
  new ResizeObserver(() => {
    if (page.mode === "tour" && page.view.layer) guantu.fly(page, false);
  }).observe(document.getElementById("map"));
};

guantu.buildTour = function (page) {
  const { h } = guantu,
    button = (id, action) => h("button", { id, type: "button", onclick: action });
  return h(
    "div",
    { id: "tour" },
    h("main", { id: "panel", tabindex: "-1" }),
    h(
      "nav",
      { id: "bar" },
      button("previous", () => page.go(page.at - 1)),
      h("span", { id: "place", "aria-live": "polite" }),
      button("next", () => page.go(page.at + 1)),
      h("select", { id: "contents", onchange: (event) => page.go(Number(event.target.value)) }),
      button("mode", () => page.turn()),
      page.langs.length > 1 && button("tour-lang", () => page.set({ lang: 1 - page.lang })),
      button("presenter", () => guantu.openPresenter(page)),
      button("tour-print", () => window.print()),
      button("full", guantu.toggleFull),
    ),
    h("footer", { id: "foot" }),
  );
};

guantu.renderTour = function (page) {
  const { h } = guantu,
    node = (id) => document.getElementById(id);
  document.title = page.of(page.config.title);
  guantu.renderPresenter(page);
  node("tour").hidden = page.mode !== "tour";
  guantu.drawFindings(page, page.mode === "tour" ? page.chapter() : null);
  if (page.mode !== "tour") return;
  const chapter = page.chapter();
  guantu.redraw(node("panel"), guantu.chapterPanel(page, chapter));
  for (const [id, key, mark] of [
    ["previous", "previous", "‹"],
    ["next", "next", "›"],
    ["presenter", "presenter", ""],
    ["tour-print", "print", ""],
    ["full", "fullscreen", ""],
    ["tour-lang", "language", ""],
    ["mode", "explore", ""],
  ]) {
    if (!node(id)) continue;
    node(id).textContent = mark || page.say(key);
    node(id).setAttribute("aria-label", page.say(key));
  }
  node("previous").disabled = page.at === 0;
  node("next").disabled = page.at === page.chapters().length - 1;
  node("place").textContent = page.say("of", { n: page.at + 1, all: page.chapters().length });
  node("contents").setAttribute("aria-label", page.say("contents"));
  node("contents").replaceChildren(
    ...page.chapters().map((one, i) => h("option", { value: i, selected: i === page.at }, one.title)),
  );
  node("foot").replaceChildren(...page.of(page.config.foot).map((line) => h("span", {}, line)));
  document.body.style.setProperty("--foot", `${node("foot").offsetHeight}px`);
  node("bar").title = page.say("tour-keys");
};

// To the ground of the chapter, beside the panel and the legend.
guantu.fly = function (page, animate = !window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
  const { map } = page,
    chapter = page.chapter(),
    legend = document.getElementById("legend");
  if (!chapter) return;
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
    paddingBottomRight: [(legend.open ? legend.offsetWidth : 0) + 40, 60],
    maxZoom: 13,
  };
  if (animate) map.flyToBounds(bounds, { ...options, duration: 1.1 });
  else map.fitBounds(bounds, { ...options, animate: false });
};

// Of the tour; in the map to explore those of the map, and the way back.
guantu.tourKeys = function (page) {
  const everywhere = {
    p: () => guantu.openPresenter(page),
    e: () => page.turn(),
    l: page.langs.length > 1 ? () => page.set({ lang: 1 - page.lang }) : null,
  };
  if (page.mode === "explore") return { ...guantu.exploreKeys(page), ...everywhere };
  const to = (step) => () => page.go(page.at + step);
  return {
    ...everywhere,
    ...{ arrowright: to(1), pagedown: to(1), " ": to(1), arrowleft: to(-1), pageup: to(-1) },
    home: () => page.go(0),
    end: () => page.go(page.chapters().length - 1),
    f: guantu.toggleFull,
    escape: () => page.set({ selected: null, listed: null }),
  };
};

guantu.toggleFull = () =>
  document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
