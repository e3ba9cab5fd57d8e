// Numbers: a bar for each target of a measure, a strip for a recurring duty, what was measured of a feature.
"use strict";

// Each target with the newest value that was measured of it.
guantu.targetBars = function (page, item) {
  const { h } = guantu;
  if (!item.targets.length) return "";
  return [
    h("h3", {}, page.say("targets")),
    h(
      "ul",
      {},
      item.targets.map((target) => {
        const value = guantu.factsOn(target.observations, page.day).at(-1),
          share = value && Math.round((100 * value.number) / target.value);
        return h(
          "li",
          {},
          page.of(target.name),
          value
            ? [
                h("progress", {
                  max: "100",
                  value: String(Math.min(100, share)),
                  "aria-label": page.of(target.name),
                }),
                `${value.date} · ${page.of(value.value)}（${share} %）`,
                h("p", { class: "calm" }, page.of(value.note)),
                h("small", {}, guantu.source(page, value.source)),
              ]
            : h("small", {}, page.say("no-value")),
        );
      }),
    ),
  ];
};

// The periods of a recurring duty up to the day of the page: those of which a fact is known stand out.
guantu.periodStrip = function (page, item) {
  const { h } = guantu,
    past = item.periods.filter(([first]) => first <= page.day).map(([, name]) => name);
  if (!past.length) return "";
  const known = guantu
    .factsOn(item.facts, page.day)
    .filter((fact) => fact.fit !== "context" && fact.shows !== "nothing");
  const shown = new Set(known.map((fact) => fact.period).filter((name) => past.includes(name)));
  const words = page.say("periods-shown", { n: shown.size, of: past.length });
  return [
    h("h3", {}, page.title("recurrence", item.recurrence)),
    h(
      "div",
      { class: "periods", role: "img", "aria-label": words },
      past.map((name) => h("span", { title: name, class: shown.has(name) ? "shown" : "" })),
    ),
    h("p", { class: "calm" }, `${past[0]} – ${past.at(-1)} · ${words}`),
  ];
};

// What was measured of a feature, as its source gives it.
guantu.observations = function (page, item) {
  const { h } = guantu,
    known = guantu.factsOn(item.observations, page.day);
  if (!known.length) return "";
  return [
    h("h3", {}, page.say("observations")),
    h(
      "ul",
      {},
      known.map((each) =>
        h(
          "li",
          {},
          `${each.date} · ${page.of(each.metric)} ${page.of(each.value)} ${page.of(each.note)}`,
          h("br"),
          h("small", {}, guantu.source(page, each.source)),
        ),
      ),
    ),
  ];
};
