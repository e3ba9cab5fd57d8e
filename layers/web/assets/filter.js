// The filter of the page; it keeps what the filter of the product keeps (analysis/filters.py).
"use strict";

guantu.FACETS = ["stage", "outcome", "agency", "role", "theme", "document", "article", "town", "location"];
guantu.OF_FEATURES = ["stage", "theme", "town", "location"]; // as analysis/filters.py has them

guantu.emptyFilter = () => ({
  q: "",
  ...Object.fromEntries(guantu.FACETS.map((facet) => [facet, new Set()])),
});

// The kept features and measures of the bundle, as the app's own filter finds them (analysis/filters.py).
guantu.applyFilter = function (bundle, filter) {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean),
    pinyin = words.some((word) => /^[a-z]+$/.test(word));
  const holds = (row) => {
    const text = pinyin ? row.text[0] + row.text[1] : row.text[0];
    return words.every((word) => text.includes(word));
  };
  const any = (set, value) => !set.size || set.has(value);
  const featureOk = bundle.features.map(
    (row) =>
      row.kept &&
      any(filter.stage, row.stage) &&
      any(filter.theme, row.theme) &&
      any(filter.location, row.location) &&
      (!filter.town.size || row.town.some((town) => filter.town.has(town))),
  );
  const assigned = bundle.articles.map(
    (article) =>
      (!filter.agency.size && !filter.role.size) ||
      article.agencies.some(([role, agency]) => any(filter.role, role) && any(filter.agency, agency)),
  );
  const measureOk = bundle.measures.map(
    (row) =>
      any(filter.outcome, row.outcome) &&
      assigned[row.article] &&
      any(filter.article, bundle.articles[row.article].id) &&
      any(filter.document, bundle.articles[row.article].document),
  );
  const sets = (ofFeatures) =>
    guantu.FACETS.some((facet) => filter[facet].size && guantu.OF_FEATURES.includes(facet) === ofFeatures);
  const byFeature = bundle.narrowed[0] || sets(true),
    byMeasure = bundle.narrowed[1] || sets(false);
  const featureText = words.length ? bundle.features.map(holds) : null,
    measureText = words.length ? bundle.measures.map(holds) : null;
  const linkedFeature = new Uint8Array(featureOk.length),
    linkedMeasure = new Uint8Array(measureOk.length);
  for (const [f, m] of bundle.links)
    if (featureOk[f] && measureOk[m] && (!words.length || featureText[f] || measureText[m]))
      linkedFeature[f] = linkedMeasure[m] = 1;
  const kept = (own, linked, text, needs) =>
    own.flatMap((ok, i) => (ok && (needs ? linked[i] : !text || text[i] || linked[i]) ? [i] : []));
  return {
    features: kept(featureOk, linkedFeature, featureText, byMeasure),
    measures: kept(measureOk, linkedMeasure, measureText, byFeature),
  };
};

// How many rows each option of a facet would keep under the others.
guantu.countOptions = function (bundle, filter, facet) {
  const { features, measures } = guantu.applyFilter(bundle, { ...filter, [facet]: new Set() }),
    counts = new Map();
  const add = (key, n = 1) => counts.set(key, (counts.get(key) || 0) + n);
  if (facet === "town") for (const f of features) bundle.features[f].town.forEach((town) => add(town));
  else if (guantu.OF_FEATURES.includes(facet)) for (const f of features) add(bundle.features[f][facet]);
  else if (facet === "outcome") for (const m of measures) add(bundle.measures[m].outcome);
  else if (facet === "article") for (const m of measures) add(bundle.articles[bundle.measures[m].article].id);
  else if (facet === "document")
    for (const m of measures) add(bundle.articles[bundle.measures[m].article].document);
  else {
    const other = facet === "agency" ? "role" : "agency",
      size = new Map();
    for (const m of measures)
      size.set(bundle.measures[m].article, (size.get(bundle.measures[m].article) || 0) + 1);
    for (const [article, n] of size) {
      const pairs = bundle.articles[article].agencies.filter(
        ([role, agency]) => !filter[other].size || filter[other].has(other === "role" ? role : agency),
      );
      for (const value of new Set(pairs.map(([role, agency]) => (facet === "role" ? role : agency))))
        add(value, n);
    }
  }
  return counts;
};
