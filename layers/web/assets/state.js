// The state of the page, behind "#" in its address; each act of the user is an entry of the history.
"use strict";

guantu.TABS = ["measures", "features"];

// Nothing for what nobody chose: the bare address stays bare. Names and values are those of the app.
guantu.stateText = function (page) {
  const { bundle, filter } = page,
    said = new URLSearchParams(),
    chapter = page.chapter();
  if (page.mode === "explore") {
    said.set("page", "map");
    for (const facet of guantu.FACETS) {
      const values = [...filter[facet]].map((value) =>
        facet === "agency" ? bundle.agencies[value].id : value,
      );
      if (values.length) said.set(facet, values.join(","));
    }
    const words = filter.q.split(/\s+/).filter(Boolean).join(" ");
    if (words) said.set("q", words);
    if (page.day !== bundle.day) said.set("as_of", page.day);
    if (page.tab !== guantu.TABS[0]) said.set("table", page.tab);
  } else if (page.at) said.set("chapter", chapter.key);
  if (page.selected)
    said.set("show", `${page.selected.table}:${bundle[page.selected.table][page.selected.row].id}`);
  if (page.lang) said.set("lang", page.langs[page.lang]);
  return said.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
};

// The state that a text asks for, and what of it is not understood.
guantu.stateOf = function (page, text) {
  const { bundle } = page,
    said = new URLSearchParams(text),
    ignored = [];
  const known = new Set([...guantu.FACETS, "page", "q", "as_of", "table", "chapter", "show", "lang"]);
  for (const name of said.keys()) if (!known.has(name)) ignored.push(`${name}=${said.get(name)}`);
  // The value of a name as `read` understands it; `other` where nobody asks, or not rightly.
  const take = (name, other, read) => {
    const asked = said.get(name) || "",
      found = asked && read(asked);
    if (asked && found === undefined) ignored.push(`${name}=${asked.slice(0, guantu.LONGEST)}`);
    return found || other;
  };
  const among = (list) => (value) => (list.includes(value) ? value : undefined);
  const lang = page.langs.indexOf(take("lang", page.langs[0], among(page.langs)));
  const keys = bundle.tours[page.langs[lang]].map((one) => one.key);
  return {
    lang,
    at: keys.indexOf(take("chapter", keys[0], among(keys))),
    mode: take("page", "", among(["map"])) ? "explore" : "tour",
    filter: { ...guantu.facetsOf(bundle, said, ignored), q: take("q", "", guantu.wordsTyped) },
    day: take("as_of", bundle.day, (value) => guantu.dayWithin(bundle, value)),
    tab: take("table", guantu.TABS[0], among(guantu.TABS)),
    selected: take("show", null, (value) => guantu.rowShown(bundle, value)),
    listed: null,
    ignored,
  };
};

guantu.facetsOf = function (bundle, said, ignored) {
  const filter = guantu.emptyFilter(),
    agencies = new Map(bundle.agencies.map((row, i) => [row.id, i]));
  for (const facet of guantu.FACETS) {
    const codes =
      facet === "agency" ? agencies : new Map(Object.keys(bundle.codes[facet]).map((c) => [c, c]));
    for (const value of (said.get(facet) || "").split(",").filter(Boolean)) {
      if (codes.has(value)) filter[facet].add(codes.get(value));
      else ignored.push(`${facet}=${value}`);
    }
  }
  return filter;
};

guantu.wordsTyped = (text) => (text.length > guantu.LONGEST ? undefined : text);
guantu.dayWithin = function (bundle, text) {
  const day = guantu.dayTyped(text);
  return day && day >= bundle.first && day <= bundle.day ? day : undefined;
};
guantu.rowShown = function (bundle, text) {
  const [table, id] = text.split(/:(.*)/s),
    row = guantu.TABS.includes(table) ? bundle[table].findIndex((each) => each.id === id) : -1;
  return row < 0 ? undefined : { table, row };
};

guantu.LONGEST = 200; // characters of a text to search for, as in analysis/filters.py

// More letters of one word, or more steps of one drag, belong to the act that began with the first.
guantu.goesOn = function (page, before, after) {
  const without = (name, text) => {
    const said = new URLSearchParams(text);
    said.delete(name);
    return said.toString();
  };
  const only = (name) => without(name, before) === without(name, after);
  return page.by === "slider"
    ? page.lastBy === "slider" && only("as_of")
    : before.includes("q=") && after.includes("q=") && only("q");
};

guantu.remember = function (page) {
  const text = guantu.stateText(page),
    before = page.address;
  if (text === before) return;
  const goesOn = guantu.goesOn(page, before, text);
  Object.assign(page, { address: text, ignored: [], lastBy: page.by, by: "" });
  const address = text ? `#${text}` : window.location.pathname + window.location.search;
  window.history[goesOn ? "replaceState" : "pushState"](null, "", address);
};

// To the state of the address, when the page opens and at each Back and Forward.
guantu.recall = function (page) {
  const text = window.location.hash.slice(1);
  if (page.playing) guantu.stop(page);
  const mode = page.mode,
    at = page.at;
  Object.assign(page, guantu.stateOf(page, text));
  page.address = guantu.stateText(page);
  page.render();
  if (page.mode !== mode || page.at !== at) page.settle();
};
