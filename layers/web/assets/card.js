// The card of what is chosen: how far it is, who, when, what has happened, on what that rests.
"use strict";

guantu.buildCard = (page) => {
  const sheet = guantu.h("aside", { id: "card", hidden: true, tabindex: "-1" });
  sheet.append(
    guantu.grip(sheet, () => guantu.reveal(page)),
    guantu.h("div", { class: "body" }),
  );
  return sheet;
};

guantu.renderCard = function (page) {
  const sheet = document.getElementById("card"),
    { selected } = page;
  sheet.hidden = !selected;
  document.body.dataset.card = selected ? "open" : "closed";
  if (!selected) return;
  sheet.setAttribute("aria-label", page.say("details"));
  guantu.name(sheet.querySelector(".grip"), page.say("height"));
  const body = sheet.querySelector(".body"),
    key = `${selected.table}:${selected.row}`;
  guantu.redraw(body, guantu.cardOf(page));
  if (page.cardKey !== key) body.scrollTop = 0;
  page.cardKey = key;
};

guantu.cardOf = function (page) {
  const { h } = guantu,
    { table, row } = page.selected,
    item = page.bundle[table][row];
  const inside = page.mode !== "explore" || guantu.rowsFound(page, table).includes(row);
  const step = (way, icon) =>
    h(
      "button",
      {
        type: "button",
        id: `step-${icon}`,
        onclick: () => guantu.stepRow(page, way),
        "aria-label": page.say(icon),
      },
      way < 0 ? "‹" : "›",
    );
  return [
    h(
      "header",
      {},
      h("h2", {}, page.of(item.name)),
      page.mode === "explore" && [step(-1, "previous-row"), step(1, "next-row")],
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
    ),
    !inside && h("p", { class: "notice" }, page.say("filtered")),
    ...guantu.CARDS[table](page, item, row),
  ].filter(Boolean);
};

guantu.CARDS = {
  features: (page, item, row) => guantu.featureCard(page, item, row),
  measures: (page, item, row) => guantu.measureCard(page, item, row),
  agencies: (page, item, row) => guantu.agencyCard(page, item, row),
};
// A file has no server to ask (card_ask.js).
guantu.asksOf = (page, table, item) => guantu.askLinks?.(page, table, item) || "";
guantu.rowsFound = (page, table) => (table === "agencies" ? guantu.agenciesFound(page) : page.found[table]);

// The next row of the result, the one before it.
guantu.stepRow = function (page, way) {
  const { table, row } = page.selected,
    rows = guantu.rowsFound(page, table);
  if (!rows.length) return;
  const at = rows.indexOf(row);
  page.choose(table, rows[(at + way + rows.length) % rows.length]);
};

guantu.facts = (pairs) =>
  guantu.h(
    "dl",
    {},
    pairs
      .filter(([, value]) => value && value.length !== 0)
      .map(([key, value]) => [guantu.h("dt", {}, key), guantu.h("dd", {}, value)]),
  );

// A value that can be filtered by leads to all that has it.
guantu.only = (page, facet, value, words) =>
  page.mode === "explore"
    ? guantu.goTo(words, () => page.open1(facet, value), { title: page.say("show-all") })
    : words;

guantu.source = function (page, place) {
  const { h } = guantu,
    source = page.bundle.sources[place];
  if (!source) return page.title("grade", "unverified");
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

guantu.featureCard = function (page, item, row) {
  const { h } = guantu,
    { bundle } = page,
    since = item.since ? ` · ${page.say(item.begins ? "since" : "no-later")} ${item.since}` : "";
  const other = [...new Set([...item.name.filter((name) => name !== page.of(item.name)), ...item.aliases])];
  const linked = (target) =>
    bundle.links.filter(([f, , relation]) => f === row && (relation === "target") === target);
  const events = guantu.factsOn(item.events, page.day);
  const reason = events.findLast((event) => event.stage === item.stage);
  const sections = bundle.features
    .map(/** @returns {[Feature, number]} */ (each, i) => [each, i])
    .filter(([each]) => each.whole === row);
  return [
    h("p", { class: "calm" }, other.join(" · ")),
    h(
      "p",
      { class: "state" },
      guantu.swatch(page, item.stage),
      h("b", {}, guantu.only(page, "stage", item.stage, page.stage(item, item.stage))),
      since,
      item.grade ? ` · ${page.title("grade", item.grade)}` : "",
    ),
    guantu.waitingLine(page, "features", item),
    guantu.asksOf(page, "features", item),
    item.line >= 0
      ? h("p", {}, [guantu.rowLink(page, "features", item.line), ` ${page.say("on-line-open")}`])
      : "",
    reason ? h("p", {}, page.of(reason.text)) : "",
    guantu.rumour(page, item, events),
    item.silent ? h("p", { class: "calm" }, page.say("no-newer")) : "",
    item.stretch && item.since
      ? h("p", { class: "calm" }, page.say("no-work", { stage: page.title("stage", item.stage) }))
      : "",
    item.restriction
      ? h(
          "p",
          { class: "notice" },
          [
            page.say("restriction"),
            page.title("restriction", item.restriction),
            item.closed && `${page.say("since")} ${item.closed}`,
          ]
            .filter(Boolean)
            .join(" · "),
        )
      : "",
    guantu.facts([
      [page.say("theme"), guantu.only(page, "theme", item.theme, page.title("theme", item.theme))],
      [
        page.say("town"),
        item.town.length > 0 && [
          item.town.map((town, i) => [
            i ? page.say("comma") : "",
            guantu.only(page, "town", town, page.title("town", town)),
          ]),
          item.drawn ? page.say("town-drawn") : "",
        ],
      ],
      [page.say("location"), page.title("location", item.location)],
      [page.say("position"), guantu.positionWords(page, item)],
      [page.say("part-of"), item.whole >= 0 ? guantu.rowLink(page, "features", item.whole) : ""],
      [page.say("note"), page.of(item.note)],
    ]),
    guantu.linkedMeasures(page, "measures", linked(true)),
    guantu.linkedMeasures(page, "named-only", linked(false)),
    sections.length
      ? [
          h("h3", {}, `${page.say("sections")} ${sections.length}`),
          h(
            "ul",
            {},
            sections.map(([, i]) => h("li", {}, guantu.rowLink(page, "features", i))),
          ),
        ]
      : "",
    guantu.history(page, item, events),
    guantu.observations(page, item),
    guantu.waterQuality(page, item),
    item.gaps.length
      ? [
          h("h3", {}, page.say("gaps")),
          h(
            "ul",
            { class: "calm" },
            item.gaps.map((gap) => h("li", {}, page.of(gap))),
          ),
        ]
      : "",
    h("h3", {}, page.say("sources")),
    h(
      "ul",
      {},
      item.sources.map((place) => h("li", {}, guantu.source(page, place))),
    ),
  ].filter((node) => node !== "");
};

guantu.rowLink = (page, table, row) =>
  guantu.goTo(page.of(page.bundle[table][row].name), () => page.choose(table, row));

guantu.linkedMeasures = function (page, heading, links) {
  const { h } = guantu,
    { measures } = page.bundle;
  if (!links.length) return heading === "measures" ? h("p", { class: "calm" }, page.say("no-measure")) : "";
  return [
    h("h3", {}, `${page.say(heading)} ${links.length}`),
    h(
      "ul",
      {},
      links.map(([, m, , locator, note]) =>
        h(
          "li",
          {},
          guantu.swatch(page, measures[m].outcome),
          guantu.rowLink(page, "measures", m),
          h(
            "small",
            {},
            [
              page.title("outcome", measures[m].outcome),
              guantu.inChinese(page, locator),
              note && page.of(note),
            ]
              .filter(Boolean)
              .join(" · "),
          ),
        ),
      ),
    ),
  ];
};
