// The filter of the page; it keeps what the filter of the product keeps (analysis/filters.py).
"use strict";

guantu.FACETS = /** @type {Facet[]} */ ([
  ...["stage", "outcome", "due", "agency", "role", "counterpart"],
  ...["theme", "document", "article", "town", "location"],
]);
guantu.OF_FEATURES = ["stage", "theme", "town", "location"]; // as analysis/filters.py has them
guantu.SEVERAL = ["town", "counterpart"]; // of these a row has any number
guantu.LIST_OF = { counterpart: "region" }; // the codelist of a facet that is not called like it
guantu.listOf = (facet) => guantu.LIST_OF[facet] || facet;

guantu.emptyFilter = () => ({
  q: "",
  since: "",
  ...Object.fromEntries(guantu.FACETS.map((facet) => [facet, new Set()])),
});

guantu.isEmpty = (filter) =>
  !filter.q && !filter.since && guantu.FACETS.every((facet) => !filter[facet].size);

// As analysis/search.py folds a text: without case, every dash that of the keyboard.
guantu.fold = (text) => text.replace(/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g, "-").toLowerCase();

// What `words` ask for: each of them is in the text, or in its pinyin when one of them is Latin.
guantu.matcher = function (words) {
  const asked = guantu.fold(words).split(/\s+/).filter(Boolean),
    pinyin = asked.some((word) => /^[a-z]+$/.test(word));
  return ({ text }) => {
    const all = pinyin ? text[0] + text[1] : text[0];
    return asked.every((word) => all.includes(word));
  };
};

// The places of the features and measures that are kept, in the order of the register.
guantu.applyFilter = function (bundle, filter) {
  const { features, measures } = bundle,
    featureOk = Uint8Array.from(features, guantu.featureTest(filter)),
    measureOk = Uint8Array.from(measures, guantu.measureTest(bundle, filter));
  const sets = (ofFeatures) =>
    guantu.FACETS.some((facet) => filter[facet].size && guantu.OF_FEATURES.includes(facet) === ofFeatures);
  const hits = guantu.hitsOf(bundle, filter),
    linkedFeature = new Uint8Array(features.length),
    linkedMeasure = new Uint8Array(measures.length);
  for (const [f, m] of bundle.links)
    if (featureOk[f] && measureOk[m] && hits.every(([one, other]) => one[f] || other[m]))
      linkedFeature[f] = linkedMeasure[m] = 1;
  const kept = function (own, linked, side, needsLink) {
    const found = [];
    for (let i = 0; i < own.length; i++)
      if (own[i] && (linked[i] || (!needsLink && hits.every((hit) => hit[side][i])))) found.push(i);
    return found;
  };
  return {
    features: kept(featureOk, linkedFeature, 0, bundle.narrowed[1] || sets(false)),
    measures: kept(measureOk, linkedMeasure, 1, bundle.narrowed[0] || sets(true)),
  };
};

guantu.any = (set, value) => !set.size || set.has(value);
guantu.anyOf = (set, values) => !set.size || values.some((value) => set.has(value));

guantu.featureTest = (filter) => (row) =>
  row.kept &&
  guantu.any(filter.stage, row.stage) &&
  guantu.any(filter.theme, row.theme) &&
  guantu.any(filter.location, row.location) &&
  guantu.anyOf(filter.town, row.town);

guantu.measureTest = function (bundle, filter) {
  const assigned = bundle.articles.map(
    (article) =>
      (!filter.agency.size && !filter.role.size) ||
      article.agencies.some(
        ([role, agency]) => guantu.any(filter.role, role) && guantu.any(filter.agency, agency),
      ),
  );
  return (row) =>
    guantu.any(filter.outcome, row.outcome) &&
    guantu.any(filter.due, row.past) &&
    assigned[row.article] &&
    guantu.anyOf(filter.counterpart, row.region) &&
    guantu.any(filter.article, bundle.articles[row.article].id) &&
    guantu.any(filter.document, bundle.articles[row.article].document);
};

// Conditions that a row meets by itself or by one that it is linked to: which features and measures do.
guantu.hitsOf = function (bundle, filter) {
  const both = (test) => [Uint8Array.from(bundle.features, test), Uint8Array.from(bundle.measures, test)],
    hits = [];
  if (filter.q.trim()) hits.push(both(guantu.matcher(filter.q)));
  if (filter.since) {
    const was = (row) => guantu.turnOn(row.turns, filter.since)[1],
      now = (row) => guantu.turnOn(row.turns, bundle.standsOn)[1];
    hits.push(both((row) => was(row) !== now(row)));
  }
  return hits;
};

// How many rows each option of a facet would keep under the others; `found` is what the whole filter keeps.
guantu.countOptions = function (bundle, filter, facet, found = null) {
  const kept =
      found && !filter[facet].size ? found : guantu.applyFilter(bundle, { ...filter, [facet]: new Set() }),
    counts = new Map();
  const add = (key, n = 1) => counts.set(key, (counts.get(key) || 0) + n);
  const { articles } = bundle,
    value = {
      article: (row) => articles[row.article].id,
      document: (row) => articles[row.article].document,
      counterpart: (row) => row.region,
      due: (row) => row.past,
    };
  if (facet === "agency" || facet === "role") {
    guantu.countAssigned(bundle, filter, facet, kept.measures, add);
    return counts;
  }
  const table = guantu.OF_FEATURES.includes(facet) ? "features" : "measures",
    read = value[facet] || ((row) => row[facet]);
  for (const i of kept[table]) {
    const said = read(bundle[table][i]);
    if (guantu.SEVERAL.includes(facet)) said.forEach((each) => add(each));
    else add(said);
  }
  return counts;
};

guantu.countAssigned = function (bundle, filter, facet, measures, add) {
  const other = facet === "agency" ? "role" : "agency",
    size = new Map();
  for (const m of measures) {
    const { article } = bundle.measures[m];
    size.set(article, (size.get(article) || 0) + 1);
  }
  for (const [article, n] of size) {
    const pairs = bundle.articles[article].agencies.filter(([role, agency]) =>
      guantu.any(filter[other], other === "role" ? role : agency),
    );
    for (const each of new Set(pairs.map(([role, agency]) => (facet === "role" ? role : agency))))
      add(each, n);
  }
};
