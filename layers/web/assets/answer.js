// The line that answers: how far things have come, what is late, what has changed. Its numbers filter.
"use strict";

guantu.buildAnswer = function (page) {
  const { h } = guantu;
  return h(
    "section",
    { id: "answer" },
    guantu.iconButton("filters-button", "filter", () => page.sheet("filters"), {
      "aria-controls": "filters",
    }),
    h("div", { id: "numbers" }),
    guantu.iconButton("table-button", "table", () => page.set({ table: guantu.nextTable(page) }), {
      "aria-controls": "table",
    }),
  );
};

// What the table opens with.
guantu.nextTable = (page) => (page.table ? "" : guantu.compares(page) ? guantu.CHANGED : "measures");

// What is filtered by, one chip a value, each with a way to take it off.
guantu.chips = function (page) {
  const { h } = guantu,
    { filter } = page;
  const chip = (key, words, off, open, title = page.say("about-agency")) =>
    h(
      "span",
      { class: "chip" },
      open ? guantu.goTo(words, open, { id: `about-${key}`, title }) : h("span", { title: words }, words),
      h(
        "button",
        { type: "button", id: `off-${key}`, "aria-label": page.say("take-off", { words }), onclick: off },
        "×",
      ),
    );
  const found = guantu.FACETS.flatMap((facet) =>
    [...filter[facet]].map((value) =>
      chip(
        `${facet}-${value}`,
        guantu.valueWords(page, facet, value),
        () => page.toggle(facet, value),
        facet === "agency" && (() => page.choose("agencies", value)),
      ),
    ),
  );
  if (filter.q) found.push(chip("q", `“${filter.q}”`, () => page.change("q", "")));
  if (filter.since)
    found.push(
      chip("since", page.say("changed-since", { day: filter.since }), () => page.change("since", "")),
    );
  found.push(...[...guantu.knownChips(page, chip), ...guantu.compareChips(page, chip)].filter(Boolean));
  if (!guantu.isEmpty(filter))
    found.push(
      h(
        "button",
        { type: "button", id: "reset", class: "row", onclick: () => page.reset() },
        page.say("reset"),
      ),
    );
  return found;
};

guantu.valueWords = (page, facet, value) =>
  facet === "agency" ? page.of(page.bundle.agencies[value].name) : page.title(guantu.listOf(facet), value);

// At most eight numbers: each filters by what it counts, and a second click takes that off again.
guantu.renderAnswer = function (page, found) {
  const { bundle, filter } = page,
    node = document.getElementById("answer");
  node.hidden = page.mode !== "explore";
  node.setAttribute("aria-label", page.say("answer"));
  const filters = document.getElementById("filters-button"),
    chosen = guantu.FACETS.reduce((sum, facet) => sum + filter[facet].size, filter.since ? 1 : 0);
  guantu.name(filters, page.say("filters"));
  filters.setAttribute("aria-expanded", String(page.open.filters));
  filters.replaceChildren(guantu.icon("filter"), chosen ? guantu.h("b", {}, String(chosen)) : "");
  const table = document.getElementById("table-button");
  guantu.name(table, page.say("table"));
  table.setAttribute("aria-expanded", String(Boolean(page.table)));
  const outcomes = guantu.countOptions(bundle, filter, "outcome", found);
  const passed = guantu.pastDue(page, found);
  const number = (key, count, words, on, action, swatch) =>
    guantu.h(
      "button",
      { type: "button", id: `number-${key}`, class: "number", "aria-pressed": on, onclick: action },
      swatch && guantu.swatch(page, swatch),
      words,
      guantu.h("b", {}, String(count)),
    );
  const listed = (key) => () => page.set({ table: page.table === key ? "" : key });
  const changed = filter.since
    ? found
    : guantu.applyFilter(bundle, { ...filter, since: guantu.yearAgo(page) });
  const line = document.getElementById("numbers");
  // A number that is pressed while the days move stays to be released, also when they come to rest meanwhile.
  if (line.matches(":active") && (page.moving || page.lineMoved)) {
    if (!page.moving) setTimeout(() => guantu.renderAnswer(page, page.found), guantu.PRESS_MS);
    return;
  }
  page.lineMoved = Boolean(page.moving);
  guantu.redraw(
    line,
    guantu.chips(page),
    number("measures", found.measures.length, page.say("measures"), null, listed("measures")),
    guantu.ANSWERS.map((codes) => {
      const count = codes.reduce((sum, code) => sum + (outcomes.get(code) || 0), 0),
        on = codes.every((code) => filter.outcome.has(code)),
        met = codes.includes("met"),
        words =
          codes.length > 1
            ? page.say(met ? "answer-met" : "answer-overdue")
            : page.title("outcome", codes[0]);
      const toggle = () =>
        page.change(
          "outcome",
          new Set(
            on ? [...filter.outcome].filter((code) => !codes.includes(code)) : [...filter.outcome, ...codes],
          ),
        );
      return (count > 0 || on) && number(codes[0], count, words, String(on), toggle, codes[0]);
    }),
    (passed.count > 0 || passed.on) &&
      number("past-due", passed.count, page.say("past-due"), String(passed.on), passed.toggle),
    number("features", guantu.projectsOf(page, found).length, page.say("projects"), null, listed("features")),
    number(
      "changed",
      guantu.projectsOf(page, changed).length + changed.measures.length,
      filter.since ? page.say("changed-since", { day: filter.since }) : page.say("changed-in-year"),
      String(Boolean(filter.since)),
      () => page.change("since", filter.since ? "" : guantu.yearAgo(page)),
    ),
  );
};

guantu.PRESS_MS = 50;

guantu.yearAgo = function (page) {
  const day = guantu.yearsBefore(page.day, 1);
  return day < page.bundle.first ? page.bundle.first : day;
};

guantu.projectsOf = (page, found) => found.features.filter((f) => page.bundle.features[f].kind !== "place");

// The outcomes that answer the question together, in the order of the line.
guantu.ANSWERS = [
  ["met", "met-late", "already-so"],
  ["under-way"],
  ["due-soon"],
  ["overdue", "not-met"],
  ["unreachable"],
  ["no-evidence"],
  ["not-searched"],
];
guantu.SILENT = ["no-evidence", "not-searched"];

// Measures whose own date has passed without evidence that decides: counted, and the filter that shows them.
guantu.pastDue = function (page, found) {
  const { bundle, filter } = page;
  /** @param {Measure} row */
  const silent = (row) => row.past === "passed" && guantu.SILENT.includes(row.outcome);
  const on = filter.due.size === 1 && filter.due.has("passed") && filter.outcome.has(guantu.SILENT[0]);
  const both = (due, outcome) => ({ ...filter, due: new Set(due), outcome: new Set(outcome) });
  return {
    on,
    count: found.measures.filter((m) => silent(bundle.measures[m])).length,
    toggle: () => page.set({ filter: on ? both([], []) : both(["passed"], guantu.SILENT), listed: null }),
  };
};

// Why nothing is left, and each way back: what one condition less would keep.
guantu.waysBack = function (page) {
  const { h } = guantu,
    { bundle, filter } = page;
  const ways = [...guantu.FACETS, "q", "since"].filter((name) =>
    typeof filter[name] === "string" ? filter[name] : filter[name].size,
  );
  return ways
    .map((name) => {
      const without = { ...filter, [name]: typeof filter[name] === "string" ? "" : new Set() },
        { measures, features } = guantu.applyFilter(bundle, without);
      if (!measures.length && !features.length) return null;
      const words = page.say("zero-without", {
        facet: page.say(name === "q" ? "search" : name === "since" ? "change" : name),
        measures: measures.length,
        features: features.length,
      });
      return h(
        "p",
        {},
        guantu.goTo(words, () => page.set({ filter: without, listed: null })),
      );
    })
    .filter(Boolean);
};
