// The filter of the page; it keeps what the filter of the product keeps (analysis/filters.py).
"use strict";

guantu.FACETS = /** @type {Facet[]} */ ([
  ...["stage", "outcome", "promise", "due", "agency", "role", "counterpart"],
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

// As analysis/search.py folds a text: without case, full-width signs plain, dashes and quotes as on the keys.
guantu.fold = (text) => {
  const dashed = text.normalize("NFKC").replace(/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g, "-");
  const plain = dashed.replace(/[\u2018\u2019\u02bc\u2032]/g, "'").replace(/[\u201c\u201d]/g, '"');
  return plain.toLowerCase();
};

// What `words` ask for: each of them is in the text, or in its pinyin when one of them is Latin.
guantu.matcher = function (words) {
  const asked = guantu.fold(words).split(/\s+/).filter(Boolean),
    pinyin = asked.some((word) => /^[a-z]+$/.test(word));
  return ({ text }) => {
    const all = pinyin ? text[0] + text[1] : text[0];
    return asked.every((word) => all.includes(word));
  };
};

// A mark for each row that passes. A plain loop: the typed array's own `from` takes ten times as long.
guantu.marks = function (rows, test) {
  const found = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) if (test(rows[i])) found[i] = 1;
  return found;
};

// The places of the features and measures that are kept, in the order of the register.
guantu.applyFilter = function (bundle, filter) {
  const { features, measures, narrowed } = bundle;
  if (guantu.isEmpty(filter) && !narrowed[0] && !narrowed[1])
    return { features: [...features.keys()].filter((f) => features[f].kept), measures: [...measures.keys()] };
  const featureOk = guantu.marks(features, guantu.featureTest(filter)),
    measureOk = guantu.marks(measures, guantu.measureTest(bundle, filter));
  const sets = (ofFeatures) =>
    guantu.FACETS.some((facet) => filter[facet].size && guantu.OF_FEATURES.includes(facet) === ofFeatures);
  const hits = guantu.hitsOf(bundle, filter),
    linkedFeature = new Uint8Array(features.length),
    linkedMeasure = new Uint8Array(measures.length);
  for (const link of bundle.links) {
    const f = link[0],
      m = link[1];
    if (!featureOk[f] || !measureOk[m]) continue;
    if (!hits.length || hits.every((hit) => hit[0][f] || hit[1][m])) linkedFeature[f] = linkedMeasure[m] = 1;
  }
  const kept = function (own, linked, side, needsLink) {
    const found = [];
    for (let i = 0; i < own.length; i++) {
      if (!own[i]) continue;
      const alone = !needsLink && (!hits.length || hits.every((hit) => hit[side][i]));
      if (alone || linked[i]) found.push(i);
    }
    return found;
  };
  return {
    features: kept(featureOk, linkedFeature, 0, narrowed[1] || sets(false)),
    measures: kept(measureOk, linkedMeasure, 1, narrowed[0] || sets(true)),
  };
};

guantu.any = (set, value) => !set.size || set.has(value);

// Whether a row meets all conditions; only those that are set cost anything.
guantu.allOf = function (conditions) {
  const set = /** @type {((row: any) => unknown)[]} */ (conditions.filter(Boolean));
  return function (row) {
    for (const condition of set) if (!condition(row)) return false;
    return true;
  };
};
guantu.has = (set, read) => set.size && ((row) => set.has(read(row)));
guantu.hasAny = (set, read) => set.size && ((row) => read(row).some((value) => set.has(value)));

guantu.featureTest = (filter) =>
  guantu.allOf([
    (row) => row.kept,
    guantu.has(filter.stage, (row) => row.stage),
    guantu.has(filter.theme, (row) => row.theme),
    guantu.has(filter.location, (row) => row.location),
    guantu.hasAny(filter.town, (row) => row.town),
  ]);

guantu.measureTest = function ({ articles }, filter) {
  const { agency, role } = filter;
  const assigned =
    (agency.size || role.size) &&
    articles.map((article) =>
      article.agencies.some(([as, who]) => guantu.any(role, as) && guantu.any(agency, who)),
    );
  return guantu.allOf([
    guantu.has(filter.outcome, (row) => row.outcome),
    guantu.has(filter.promise, (row) => row.promise),
    guantu.has(filter.due, (row) => row.past),
    assigned && ((row) => assigned[row.article]),
    guantu.hasAny(filter.counterpart, (row) => row.region),
    guantu.has(filter.article, (row) => articles[row.article].id),
    guantu.has(filter.document, (row) => articles[row.article].document),
  ]);
};

// Conditions that a row meets by itself or by one that it is linked to: which features and measures do.
guantu.hitsOf = function (bundle, filter) {
  const hits = [],
    { q, since } = filter;
  if (q.trim()) hits.push(guantu.keptHits(bundle, `q ${q}`, guantu.matcher(q)));
  if (since) {
    const was = (row) => guantu.turnOn(row.turns, since)[1],
      now = (row) => guantu.turnOn(row.turns, bundle.standsOn)[1];
    hits.push(guantu.keptHits(bundle, `since ${since} ${bundle.standsOn}`, (row) => was(row) !== now(row)));
  }
  return hits;
};
// They cost the most and stay the same while other conditions change.
guantu.keptHits = function (bundle, key, test) {
  bundle.hits ??= new Map();
  let found = bundle.hits.get(key);
  if (found) return found;
  if (bundle.hits.size >= 4) bundle.hits.clear();
  bundle.hits.set(key, (found = [guantu.marks(bundle.features, test), guantu.marks(bundle.measures, test)]));
  return found;
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
