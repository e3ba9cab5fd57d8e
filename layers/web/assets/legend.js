// The legend in words: each stage with its number filters, each layer can be switched; it hides nothing.
"use strict";

guantu.LAYERS = ["names", "towns", "water", "rings", "grid", "classes"];

guantu.buildLegend = (page) =>
  guantu.h("details", {
    id: "legend",
    class: "guantu-legend",
    ontoggle: (event) => {
      const { open } = event.target;
      if (open === guantu.isLegendOpen(page)) return;
      page.open = { ...page.open, legend: open, both: guantu.isCramped(page) ? open : page.open.both };
      // Names keep off it.
      page.view.layer?.draw();
    },
  });

// A card may fold it, or a question beside the map, and gives it back.
guantu.isCramped = (page) => Boolean(page.selected || page.elsewhere);
guantu.isLegendOpen = (page) => page.open.legend && (page.open.both || !guantu.isCramped(page));
guantu.foldLegend = function (page) {
  const legend = document.getElementById("legend"),
    open = guantu.isLegendOpen(page);
  if (legend.open !== open) legend.open = open;
};

// The features of each stage that rest on the wording of a document alone: what it asks for is no fact.
guantu.onPaper = function ({ features }, found) {
  const rows = new Map();
  for (const f of found.features) {
    const { stage, grade } = features[f];
    if (grade === "seed") rows.set(stage, [...(rows.get(stage) || []), f]);
  }
  return rows;
};

guantu.renderLegend = function (page, found) {
  const { h } = guantu,
    legend = document.getElementById("legend"),
    lang = page.langs[page.lang],
    [stages, ...others] = page.config.legend;
  const explore = page.mode === "explore",
    counts = explore ? guantu.countOptions(page.bundle, page.filter, "stage", found) : new Map(),
    claimed = explore ? guantu.onPaper(page.bundle, found) : new Map();
  /** @param {LegendItem} one */
  const item = (one, content) =>
    h("li", { "data-code": one.code }, guantu.swatch(page, one.code), content || one[lang]);
  // Listed, not filtered: it is no facet.
  const onPaper = (words, codes) =>
    h(
      "button",
      {
        type: "button",
        class: "row on-paper",
        onclick: () =>
          page.list(
            page.say("stage-on-paper"),
            "features",
            codes.flatMap((code) => claimed.get(code)),
          ),
      },
      words,
    );
  const shown = explore ? null : new Set(found.features.map((f) => page.bundle.features[f].stage));
  /** @param {LegendItem} one */
  const stage = (one) => {
    const n = counts.get(one.code) || 0;
    if (!explore) return shown.has(one.code) && item(one);
    if (!n && !page.filter.stage.has(one.code)) return null;
    return item(one, [
      h(
        "button",
        {
          type: "button",
          id: `legend-${one.code}`,
          class: "row",
          "aria-pressed": String(page.filter.stage.has(one.code)),
          onclick: () => page.toggle("stage", one.code),
        },
        one[lang],
        h("small", {}, String(n)),
      ),
      claimed.has(one.code) && onPaper(page.say("on-paper", { n: claimed.get(one.code).length }), [one.code]),
    ]);
  };
  /** @param {LegendPart} one */
  const part = (one) => [
    h("h3", {}, one[lang]),
    h(
      "ul",
      {},
      one.items.map((each) =>
        item(
          each,
          each.code === "stage-on-paper" && claimed.size > 0 && onPaper(each[lang], [...claimed.keys()]),
        ),
      ),
    ),
  ];
  guantu.redraw(
    legend,
    h(
      "summary",
      { id: "legend-head" },
      guantu.icon("layers"),
      page.say(explore ? "legend-layers" : "legend"),
    ),
    h("h3", {}, stages[lang]),
    h("ul", {}, stages.items.map(stage).filter(Boolean)),
    !explore && part(others[0]),
    guantu.compares(page) && part(page.config.compared),
    explore && others.map(part),
    explore && guantu.layerSwitches(page),
  );
};

guantu.layerSwitches = function (page) {
  const { h } = guantu;
  const check = (id, words, on, action) =>
    h("li", {}, h("label", {}, h("input", { type: "checkbox", id, checked: on, onchange: action }), words));
  const layers = guantu.LAYERS.map((name) =>
    check(`layer-${name}`, page.say(`layer-${name}`), page.layers[name], () =>
      page.set({ layers: { ...page.layers, [name]: !page.layers[name] } }),
    ),
  );
  const tiles = page.basemaps.map((one) =>
    one.problem
      ? h("li", { class: "calm" }, `${page.of(one.title)}: ${page.of(one.problem)}`)
      : check(`basemap-${one.id}`, page.of(one.title), page.basemap === one.id, () => {
          guantu.basemap(page, page.basemap === one.id ? null : one);
          page.render();
        }),
  );
  return [
    h("h3", {}, page.say("layers")),
    h("ul", {}, layers),
    tiles.length > 0 && [
      h("h3", {}, page.say("basemap")),
      h("ul", {}, tiles),
      page.basemap && h("p", { class: "calm" }, page.say("basemap-online")),
    ],
  ];
};
