// The details of one feature or measure.
"use strict";

guantu.details = function (page) {
  const { h } = guantu,
    { table, row } = page.selected,
    item = page.bundle[table][row];
  return [
    h(
      "button",
      {
        type: "button",
        id: "close-details",
        class: "close",
        "aria-label": page.say("close"),
        onclick: () => page.choose(table, -1),
      },
      "×",
    ),
    h("h2", {}, page.of(item.name)),
    ...(table === "features"
      ? guantu.featureDetails(page, item, row)
      : guantu.measureDetails(page, item, row)),
  ];
};

guantu.facts = (pairs) =>
  guantu.h(
    "dl",
    {},
    pairs
      .filter(([, value]) => value && value.length !== 0)
      .map(([key, value]) => [guantu.h("dt", {}, key), guantu.h("dd", {}, value)]),
  );

guantu.source = function (page, place) {
  const { h } = guantu,
    source = page.bundle.sources[place];
  if (!source) return "";
  const about = [page.of(source.publisher), source.date, page.title("grade", source.grade)]
    .filter(Boolean)
    .join(" · ");
  const title = page.of(source.name);
  return [
    source.url ? h("a", { href: source.url, target: "_blank", rel: "noopener noreferrer" }, title) : title,
    about ? ` · ${about}` : "",
  ];
};

guantu.positionWords = function (page, item) {
  if (!item.placed) return page.say("not-drawn");
  const within = page.say("within", { m: guantu.distanceWords(item.accuracy) });
  return `${page.title("position-basis", item.basis)} · ${within}`;
};

guantu.featureDetails = function (page, item, row) {
  const { h } = guantu,
    { bundle } = page,
    since = item.since ? ` ${page.say(item.begins ? "since" : "no-later")} ${item.since}` : "";
  const measures = bundle.links.filter(([f]) => f === row).map(([, m]) => m),
    events = guantu.eventsOn(item, page.day);
  const other = [...item.name.filter((name) => name !== page.of(item.name)), ...item.aliases].join(" · ");
  return [
    h("p", { class: "calm" }, other),
    h(
      "p",
      {},
      guantu.swatch(page, item.stage),
      h("b", {}, page.title("stage", item.stage)),
      since,
      item.grade ? ` · ${page.title("grade", item.grade)}` : "",
    ),
    item.restriction
      ? h(
          "p",
          { class: "warn" },
          `${page.say("restriction")} · ${page.title("restriction", item.restriction)}`,
        )
      : "",
    item.stale && events.length ? h("p", { class: "calm" }, page.say("stale")) : "",
    guantu.facts([
      [page.say("theme"), page.title("theme", item.theme)],
      [page.say("towns"), item.town.map((town) => page.title("town", town)).join(page.say("comma"))],
      [page.say("position"), guantu.positionWords(page, item)],
      [page.say("note"), page.of(item.note)],
    ]),
    h("h3", {}, `${page.say("measures")} ${measures.length}`),
    h(
      "ul",
      {},
      measures.map((m) =>
        h(
          "li",
          {},
          h(
            "button",
            { class: "row", type: "button", onclick: () => page.choose("measures", m) },
            page.of(bundle.measures[m].name),
          ),
          " ",
          h("span", { class: "calm" }, page.title("outcome", bundle.measures[m].outcome)),
        ),
      ),
    ),
    events.length ? h("h3", {}, page.say("history")) : "",
    h(
      "ol",
      {},
      events.map((event) =>
        h(
          "li",
          {},
          h(
            "b",
            {},
            event.date && !event.date.includes("X") ? event.date : `${event.date} ${page.say("undated")}`,
          ),
          " ",
          h(
            "span",
            { class: "calm" },
            event.stage ? page.title("stage", event.stage) : page.title("event-kind", event.kind),
          ),
          h("br"),
          page.of(event.text),
          h("br"),
          h("small", {}, guantu.source(page, event.source)),
        ),
      ),
    ),
    ...(item.gaps.length
      ? [
          h("h3", {}, page.say("gaps")),
          h(
            "ul",
            { class: "calm" },
            item.gaps.map((gap) => h("li", {}, page.of(gap))),
          ),
        ]
      : []),
    h("h3", {}, page.say("sources")),
    h(
      "ul",
      {},
      item.sources.map((place) => h("li", {}, guantu.source(page, place))),
    ),
  ].filter((node) => node !== "");
};

guantu.measureDetails = function (page, item, row) {
  const { h } = guantu,
    { bundle } = page,
    article = bundle.articles[item.article],
    roles = {};
  for (const [role, agency, written] of article.agencies)
    (roles[role] ||= []).push(guantu.agencyName(page, agency, written));
  const features = bundle.links.filter(([, m]) => m === row).map(([f]) => f);
  return [
    h(
      "p",
      { class: "calm" },
      item.name.filter((name) => name !== page.of(item.name)).join(" · "),
      " ",
      item.id,
    ),
    h(
      "p",
      {},
      guantu.swatch(page, item.outcome),
      h("b", {}, page.title("outcome", item.outcome)),
      " ",
      page.of(item.reason),
    ),
    guantu.facts([
      [page.say("article"), page.title("article", article.id)],
      ...Object.entries(roles).map(([role, names]) => [
        page.title("role", role),
        names.join(page.say("comma")),
      ]),
      [page.say("due"), item.due],
      [page.say("targets"), item.targets.map(page.of).join(page.say("comma"))],
      [page.say("note"), page.of(item.note)],
    ]),
    h("h3", {}, `${page.say("features")} ${features.length}`),
    h(
      "ul",
      {},
      features.map((f) =>
        h(
          "li",
          {},
          h(
            "button",
            { class: "row", type: "button", onclick: () => page.choose("features", f) },
            page.of(bundle.features[f].name),
          ),
        ),
      ),
    ),
  ];
};
