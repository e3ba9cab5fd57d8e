// The card of a body: what it leads and helps with, how that stands, what is due, what is new, who else acts.
"use strict";

guantu.NEWEST = 5;
guantu.PARTNERS = 8;

// The measures that name the body, by its role in them.
guantu.dutiesOf = function (bundle, agency) {
  const roles = new Map(Object.keys(bundle.codes.role).map((role) => [role, []]));
  bundle.measures.forEach((row, m) => {
    for (const role of new Set(
      bundle.articles[row.article].agencies.filter(([, each]) => each === agency).map(([each]) => each),
    ))
      roles.get(role).push(m);
  });
  return roles;
};

// Each other body of the same articles, with the number of measures in common, most first.
guantu.partnersOf = (bundle, agency, duties) =>
  guantu.bodiesOf(bundle, duties).filter(([each]) => each !== agency);

// The newest facts of the measures, each once, with the measures that it serves.
guantu.newsOf = function (page, duties) {
  const news = new Map();
  for (const m of duties)
    for (const fact of guantu.factsOn(page.bundle.measures[m].facts, page.day)) {
      if (fact.fit === "context" || !fact.from) continue;
      const key = JSON.stringify([fact.date, fact.text]);
      if (!news.has(key)) news.set(key, { fact, served: [] });
      news.get(key).served.push(m);
    }
  return [...news.values()].sort((a, b) =>
    a.fact.from === b.fact.from ? a.served[0] - b.served[0] : a.fact.from < b.fact.from ? 1 : -1,
  );
};

guantu.agencyCard = function (page, item, row) {
  const { h } = guantu,
    { bundle } = page,
    roles = guantu.dutiesOf(bundle, row),
    duties = [...new Set([...roles.values()].flat())].sort((a, b) => a - b);
  const show = (words, facets) =>
    guantu.goTo(
      words,
      () =>
        page.set({ filter: { ...guantu.emptyFilter(), agency: new Set([row]), ...facets }, listed: null }),
      { title: page.say("show-all") },
    );
  const outcomes = new Map();
  for (const m of duties) {
    const { outcome } = bundle.measures[m];
    outcomes.set(outcome, [...(outcomes.get(outcome) || []), m]);
  }
  const dated = guantu.byUrgency(
    page,
    "measures",
    duties.filter((m) => page.of(bundle.measures[m].due)),
  );
  const other = [...item.name.filter((name) => name !== page.of(item.name)), page.of(item.later)];
  const line = (m, words) => [
    guantu.swatch(page, bundle.measures[m].outcome),
    guantu.rowLink(page, "measures", m),
    h("small", {}, words),
  ];
  return [
    h("p", { class: "calm" }, other.filter(Boolean).join(" · ")),
    guantu.asksOf(page, "agencies", item),
    guantu.facts(
      [...roles]
        .filter(([, list]) => list.length)
        .map(([role, list]) => [
          page.title("role", role),
          show(`${page.say("measures")} ${list.length}`, { role: new Set([role]) }),
        ]),
    ),
    h("h3", {}, `${page.say("measures")} ${duties.length}`),
    h(
      "ul",
      {},
      Object.keys(bundle.codes.outcome)
        .filter((code) => outcomes.has(code))
        .map((code) =>
          h(
            "li",
            {},
            guantu.swatch(page, code),
            show(`${page.title("outcome", code)} ${outcomes.get(code).length}`, { outcome: new Set([code]) }),
          ),
        ),
    ),
    guantu.agencyPart(
      page.say("dated"),
      dated.map((m) =>
        line(m, `${page.of(bundle.measures[m].due)} · ${page.title("outcome", bundle.measures[m].outcome)}`),
      ),
    ),
    guantu.agencyPart(
      page.say("newest-facts"),
      guantu
        .newsOf(page, duties)
        .slice(0, guantu.NEWEST)
        .map(({ fact, served }) => [
          h("b", {}, guantu.dateWords(page, fact.date)),
          ` ${page.of(fact.text)}`,
          served.map((m) => h("div", {}, "→ ", guantu.rowLink(page, "measures", m))),
        ]),
    ),
    guantu.agencyPart(
      page.say("works-with"),
      guantu
        .partnersOf(bundle, row, duties)
        .slice(0, guantu.PARTNERS)
        .map(([each, n]) => [
          guantu.goTo(page.of(bundle.agencies[each].name), () => page.choose("agencies", each)),
          h("small", {}, page.say("in-common", { n })),
        ]),
    ),
  ];
};

guantu.agencyPart = (heading, items) =>
  items.length > 0 && [
    guantu.h("h3", {}, heading),
    guantu.h(
      "ul",
      {},
      items.map((one) => guantu.h("li", {}, one)),
    ),
  ];
