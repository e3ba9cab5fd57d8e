// The state of the page as a text that the address carries; each act of the user is an entry of the history.
"use strict";

guantu.TABLES = ["measures", "features", "agencies"];
guantu.ELSEWHERE = ["analyse", "progress", "export", "meeting"]; // pages of the app that the server makes
guantu.HANDED_ON = ["embed", "embed_options"]; // names in the address that belong to the host
guantu.LONGEST = 200; // characters of a text to search for, as in analysis/filters.py

// An address that people can read: commas and colons as they are.
guantu.readable = (said) =>
  said.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%3B", ";");

// Nothing for what nobody chose: the bare address stays bare.
guantu.stateText = function (page) {
  const { bundle, filter } = page,
    said = new URLSearchParams();
  if (page.mode === "explore") {
    if (page.at !== undefined) said.set("page", "map");
    else if (page.elsewhere) said.set("page", page.elsewhere);
    for (const facet of guantu.FACETS) {
      const values = [...filter[facet]].map((value) =>
        facet === "agency" ? bundle.agencies[value].id : value,
      );
      if (values.length) said.set(facet, values.join(","));
    }
    const words = filter.q.split(/\s+/).filter(Boolean).join(" ");
    if (words) said.set("q", words);
    if (filter.since) said.set("since", filter.since);
    if (page.day !== page.last) said.set("as_of", page.day);
    if (page.elsewhere === "analyse") for (const [name, value] of page.question) said.append(name, value);
    if (page.table) said.set("table", page.table);
    if (page.hide) said.set("hide", "1");
    guantu.sayKnown(page, said);
  } else if (page.at) said.set("chapter", page.chapter().key);
  if (page.selected)
    said.set("show", `${page.selected.table}:${bundle[page.selected.table][page.selected.row].id}`);
  if (page.lang !== page.homeLang) said.set("lang", page.langs[page.lang]);
  return guantu.readable(said);
};

// The state that a text asks for, and what of it is not understood.
guantu.stateOf = function (page, text) {
  const { bundle } = page,
    said = new URLSearchParams(text),
    ignored = [];
  const known = new Set([...guantu.FACETS, ...guantu.HANDED_ON, ...guantu.OTHER_NAMES, "chapter"]);
  // On the page of questions the server says which of all other names it understands.
  const asks = page.at === undefined && said.get("page") === "analyse",
    others = [...said].filter(([name]) => !known.has(name));
  if (!asks) for (const [name, value] of others) ignored.push(`${name}=${value.slice(0, guantu.LONGEST)}`);
  if (said.has("status") && !said.has("stage")) said.set("stage", said.get("status")); // its former name
  // A former code.
  if (said.has("outcome")) said.set("outcome", said.get("outcome").replace(/\bcontinuing\b/, "under-way"));
  // The value of a name as `read` understands it; `other` where nobody asks, or not rightly.
  const take = (name, other, read) => {
    const asked = said.get(name) || "",
      found = asked && read(asked);
    if (asked && found === undefined) ignored.push(`${name}=${asked.slice(0, guantu.LONGEST)}`);
    return found || other;
  };
  const among = (list) => (value) => (list.includes(value) ? value : undefined);
  const lang = page.langs.indexOf(take("lang", page.langs[page.homeLang], among(page.langs)));
  const day = (value) => guantu.dayWithin(page, value);
  const found = {
    lang,
    filter: {
      ...guantu.facetsOf(bundle, said, ignored),
      q: take("q", "", guantu.wordsTyped),
      since: take("since", "", day),
    },
    day: take("as_of", page.last, day),
    table: take("table", "", among([...guantu.TABLES, guantu.CHANGED])),
    hide: take("hide", "", among(["1"])) === "1",
    known: take("known", "", (value) => guantu.dayTyped(value) || undefined),
    proposed: take("proposed", "", among(["1"])) === "1",
    ...guantu.againstOf(page, take, day),
    selected: take("show", null, (value) => guantu.rowShown(bundle, value)),
    listed: null,
    ignored,
  };
  take("map", null, (value) => guantu.viewOf(value) || undefined);
  if (page.at === undefined)
    return {
      ...{ ...found, ...(asks ? { question: others } : {}) },
      elsewhere: take("page", "", among(["map", ...guantu.ELSEWHERE])).replace("map", ""),
    };
  const keys = bundle.tours[page.langs[lang]].map((one) => one.key);
  const mode = take("page", "", among(["map"])) ? "explore" : "tour";
  return { ...found, mode, at: keys.indexOf(take("chapter", keys[0], among(keys))) };
};

guantu.OTHER_NAMES = [
  "status",
  "page",
  "tab",
  "q",
  "since",
  "as_of",
  "table",
  "hide",
  "known",
  "proposed",
  "against",
  "against_known",
  "show",
  "lang",
  "map",
];

guantu.facetsOf = function (bundle, said, ignored) {
  const filter = guantu.emptyFilter();
  for (const facet of guantu.FACETS) {
    const known = guantu.spellings(bundle, facet),
      whole = (value) => known.has(guantu.fold(value.trim()));
    // A title that is known as a whole keeps its commas.
    const values = said.getAll(facet).flatMap((value) => (whole(value) ? [value] : value.split(",")));
    for (const value of values.map((each) => each.trim()).filter(Boolean)) {
      if (whole(value)) filter[facet].add(known.get(guantu.fold(value)));
      else ignored.push(`${facet}=${value.slice(0, guantu.LONGEST)}`);
    }
  }
  return filter;
};

// What a value of a facet may be called, folded, and the value meant; a name of several bodies means none.
guantu.spellings = function (bundle, facet) {
  const rows =
    facet === "agency"
      ? bundle.agencies.map((row, value) => ({
          names: [row.id, ...row.name, ...row.text[0].split("\n")].map(guantu.fold),
          value,
        }))
      : Object.entries(bundle.codes[guantu.listOf(facet)]).map(([value, titles]) => ({
          names: [value, ...titles].map(guantu.fold),
          value,
        }));
  const known = new Map();
  for (const { names, value } of rows)
    for (const name of names)
      known.set(name, known.has(name) && known.get(name) !== value ? undefined : value);
  // A code, and a name in the register, is its own row's whatever others are called.
  for (const { names, value } of rows) known.set(names[1], value);
  for (const { names, value } of rows) known.set(names[0], value);
  return new Map([...known].filter(([, value]) => value !== undefined));
};

guantu.wordsTyped = (text) => (text.length > guantu.LONGEST ? undefined : text);
guantu.dayWithin = function (page, text) {
  const day = guantu.dayTyped(text);
  return day && day >= page.bundle.first && day <= page.last ? day : undefined;
};
guantu.rowShown = function (bundle, text) {
  const [table, id] = text.split(/:(.*)/s),
    row = guantu.TABLES.includes(table) ? bundle[table].findIndex((each) => each.id === id) : -1;
  return row < 0 ? undefined : { table, row };
};

// More steps of one drag belong to the act that began with the first.
guantu.goesOn = function (page, before, after) {
  const without = (text) => {
    const said = new URLSearchParams(text);
    said.delete("as_of");
    return said.toString();
  };
  return page.by === "slider" && page.lastBy === "slider" && without(before) === without(after);
};

guantu.remember = function (page) {
  const text = guantu.stateText(page),
    before = page.address;
  if (text === before) return;
  const goesOn = page.overwrites || guantu.goesOn(page, before, text);
  Object.assign(page, { address: text, ignored: [], lastBy: page.by, by: "" });
  page.where.write(guantu.withView(page, text), goesOn);
};

// The state with the view of the map, once the user has moved it.
guantu.withView = function (page, text) {
  if (page.mode !== "explore" || page.elsewhere || !page.view.moved) return text;
  return [text, `map=${guantu.viewText(page.map)}`].filter(Boolean).join("&");
};

// The address follows the map, within the entry of the last act.
guantu.shareView = function (page) {
  const { view } = page;
  if (!view.placed || page.elsewhere || page.mode !== "explore") return;
  clearTimeout(view.sharing);
  view.sharing = setTimeout(() => {
    const text = guantu.withView(page, page.address);
    if (text !== page.where.read()) page.where.write(text, true);
  }, 250);
};

// To the state of the address, when the page opens and at each Back and Forward.
guantu.recall = function (page) {
  if (page.playing) guantu.stop(page);
  clearTimeout(page.view.sharing);
  const { mode, at } = page,
    text = page.where.read();
  Object.assign(page, guantu.stateOf(page, text));
  page.address = guantu.stateText(page);
  const asked = guantu.viewOf(new URLSearchParams(text).get("map")),
    moved = page.view.moved;
  page.view.moved = Boolean(asked);
  page.render();
  if (page.mode !== mode || page.at !== at) page.settle();
  if (page.mode !== "explore" || page.elsewhere) return;
  if (asked) guantu.lookAt(page, asked);
  else if (moved) guantu.goHome(page);
};
