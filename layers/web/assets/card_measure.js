// The card of a measure: its verdict, the article, who does it by when, and the features it acts on.
"use strict";

guantu.measureCard = function (page, item, row) {
  const { h } = guantu,
    { bundle } = page,
    article = bundle.articles[item.article],
    roles = Object.fromEntries(Object.keys(bundle.codes.role).map((role) => [role, []]));
  const comma = (i) => (i ? page.say("comma") : "");
  for (const [role, agency, written] of article.agencies)
    roles[role].push([comma(roles[role].length), guantu.agencyWords(page, agency, written)]);
  const linked = bundle.links.filter(([, m]) => m === row).sort((a, b) => (a[2] < b[2] ? 1 : -1));
  const other = item.name.filter((name) => name !== page.of(item.name)).join(" · ");
  return [
    other && h("p", { class: "calm" }, other),
    h(
      "p",
      { class: "state" },
      guantu.swatch(page, item.outcome),
      h("b", {}, guantu.only(page, "outcome", item.outcome, page.title("outcome", item.outcome))),
    ),
    guantu.waitingLine(page, "measures", item),
    h("p", {}, page.of(item.reason)),
    guantu.movedLine(page, item),
    guantu.outcomeStrip(page, item),
    guantu.judged(page, item),
    guantu.targetBars(page, item),
    guantu.paceStrips(page, item),
    guantu.periodStrip(page, item),
    guantu.facts([
      [
        page.say("article"),
        [
          guantu.only(page, "article", article.id, page.title("article", article.id)),
          h("small", {}, page.say("sentence", { n: item.sentence })),
        ],
      ],
      ...Object.entries(roles).map(([role, names]) => [page.title("role", role), names]),
      [page.say("promise"), guantu.promiseWords(page, item)],
      [
        page.say("due"),
        [page.of(item.due), page.title("due-word", item.due_word)].filter(Boolean).join(" · "),
      ],
      [page.say("recurrence"), page.title("recurrence", item.recurrence)],
      [
        page.say("counterpart"),
        item.region.map((code, i) => [
          comma(i),
          guantu.only(page, "counterpart", code, page.title("region", code)),
        ]),
      ],
      [page.say("note"), page.of(item.note)],
      [page.say("list-as-written"), guantu.asWritten(page, article)],
      [page.say("article-note"), page.of(article.note)],
      [page.say("on-map"), page.title("mappable", item.mappable)],
    ]),
    guantu.evidence(page, item),
    h("h3", {}, `${page.say("features")} ${linked.length}`),
    linked.length
      ? h(
          "ul",
          {},
          linked.map(([f, , relation, locator, note]) =>
            h(
              "li",
              {},
              guantu.swatch(page, bundle.features[f].stage),
              guantu.rowLink(page, "features", f),
              h(
                "small",
                {},
                [
                  page.stage(bundle.features[f], bundle.features[f].stage),
                  relation === "target" ? "" : page.say("only-named"),
                  guantu.inChinese(page, locator),
                  note && page.of(note),
                ]
                  .filter(Boolean)
                  .join(" · "),
              ),
            ),
          ),
        )
      : h("p", { class: "calm" }, page.say("no-place")),
    h("h3", {}, page.say("sources")),
    h("ul", {}, h("li", {}, guantu.source(page, article.source))),
  ];
};

// What is known of the measure and what it shows of it; what is only near it comes last.
guantu.evidence = function (page, item) {
  const { h } = guantu,
    known = guantu.factsOn(item.facts, page.day),
    serving = known.filter((fact) => fact.fit !== "context"),
    near = known.filter((fact) => fact.fit === "context");
  if (!known.length) return "";
  const list = (facts, shows) =>
    h(
      "ol",
      {},
      facts.map((fact) =>
        guantu.happening(
          page,
          fact,
          shows ? `${page.title("fit", fact.fit)} · ${page.title("shows", fact.shows)}` : "",
          fact.note ? page.of(fact.note) : "",
        ),
      ),
    );
  return [
    h("h3", {}, `${page.say("evidence")} ${serving.length}`),
    serving.length ? list(serving, true) : h("p", { class: "calm" }, page.say("only-near")),
    near.length
      ? h(
          "details",
          {},
          h("summary", { class: "calm" }, `${page.say("near")} ${near.length}`),
          list(near, false),
        )
      : "",
  ];
};

// What kind of promise it is, and how firmly it is made where that is not plainly.
guantu.promiseWords = (page, item) => [
  guantu.only(page, "promise", item.promise, page.title("promise", item.promise)),
  item.firmness === "shall" ? "" : guantu.h("small", {}, page.title("firmness", item.firmness)),
];

// An agency as the text writes it, with its name of today.
guantu.agencyWords = function (page, agency, written) {
  const row = page.bundle.agencies[agency],
    name = guantu.agencyName(page, agency, written);
  const later = page.of(row.later);
  return [
    guantu.only(page, "agency", agency, name),
    later ? guantu.h("small", {}, page.say("now-named", { name: later })) : "",
  ];
};

guantu.agencyName = (page, agency, written) =>
  page.langs[page.lang] === "zh" ? written : page.of(page.bundle.agencies[agency].name);

// The documents are written in Chinese: their own words are no help to whoever reads English.
guantu.inChinese = (page, words) => (page.langs[page.lang] === "zh" ? words : "");
guantu.asWritten = (page, article) =>
  article.agencies.length ? guantu.inChinese(page, article.list) : page.say("no-agency");
