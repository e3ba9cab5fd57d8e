// The state of the page as the part of its address after "#": each act of the user is one entry of the history.
"use strict";

guantu.TABS = ["measures", "features"];

// Nothing for what nobody chose: the bare address stays bare. Names and values are those of the app's address.
guantu.stateText = function (page) {
  const { bundle, filter } = page, said = new URLSearchParams(), chapter = page.chapter();
  if (page.mode === "explore") {
    said.set("page", "map");
    for (const facet of guantu.FACETS) {
      const values = [...filter[facet]].map((value) => (facet === "agency" ? bundle.agencies[value].id : value));
      if (values.length) said.set(facet, values.join(","));
    }
    const words = filter.q.split(/\s+/).filter(Boolean).join(" ");
    if (words) said.set("q", words);
    if (page.day !== bundle.day) said.set("as_of", page.day);
    if (page.tab !== guantu.TABS[0]) said.set("table", page.tab);
  } else if (page.at) said.set("chapter", chapter.key);
  if (page.selected) said.set("show", `${page.selected.table}:${bundle[page.selected.table][page.selected.row].id}`);
  if (page.lang) said.set("lang", page.langs[page.lang]);
  return said.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
};

// The state that a text asks for, and what of it is not understood.
guantu.stateOf = function (page, text) {
  const { bundle } = page, said = new URLSearchParams(text), filter = guantu.emptyFilter(), ignored = [];
  const known = new Set([...guantu.FACETS, "page", "q", "as_of", "table", "chapter", "show", "lang"]);
  for (const name of said.keys()) if (!known.has(name)) ignored.push(`${name}=${said.get(name)}`);
  const places = new Map(bundle.agencies.map((row, i) => [row.id, i]));
  for (const facet of guantu.FACETS) {
    for (const value of (said.get(facet) || "").split(",").filter(Boolean)) {
      const found = facet === "agency" ? places.get(value) : Object.hasOwn(bundle.codes[facet], value) ? value : undefined;
      if (found === undefined) ignored.push(`${facet}=${value}`); else filter[facet].add(found);
    }
  }
  filter.q = (said.get("q") || "").slice(0, guantu.LONGEST);
  const asked = said.get("as_of"), day = asked === null ? bundle.day : guantu.dayTyped(asked);
  const inside = day && day >= bundle.first && day <= bundle.day;
  if (!inside) ignored.push(`as_of=${asked}`);
  const lang = said.has("lang") ? page.langs.indexOf(said.get("lang")) : 0;
  const tours = bundle.tours[page.langs[Math.max(lang, 0)]], key = said.get("chapter");
  const at = key === null ? 0 : tours.findIndex((one) => one.key === key);
  if (at < 0) ignored.push(`chapter=${key}`);
  const [table, id] = (said.get("show") || "").split(/:(.*)/s);
  const row = guantu.TABS.includes(table) ? bundle[table].findIndex((each) => each.id === id) : -1;
  if (said.get("show") && row < 0) ignored.push(`show=${said.get("show")}`);
  return {
    mode: said.get("page") === "map" ? "explore" : "tour",
    filter, day: inside ? day : bundle.day, lang: Math.max(lang, 0), at: Math.max(at, 0),
    tab: guantu.TABS.includes(said.get("table")) ? said.get("table") : guantu.TABS[0],
    selected: row < 0 ? null : { table, row }, listed: null, ignored,
  };
};

guantu.LONGEST = 200; // characters of a text to search for, as in analysis/filters.py

// More letters of one word, or more steps of one drag, belong to the act that began with the first.
guantu.goesOn = function (page, before, after) {
  const without = (name, text) => { const said = new URLSearchParams(text); said.delete(name); return said.toString(); };
  const only = (name) => without(name, before) === without(name, after);
  return page.by === "slider" ? page.lastBy === "slider" && only("as_of") : before.includes("q=") && after.includes("q=") && only("q");
};

guantu.remember = function (page) {
  const text = guantu.stateText(page), before = page.address;
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
  const mode = page.mode, at = page.at;
  Object.assign(page, guantu.stateOf(page, text));
  page.address = guantu.stateText(page);
  page.render();
  if (page.mode !== mode || page.at !== at) page.settle();
};
