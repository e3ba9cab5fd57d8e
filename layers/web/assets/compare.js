// Two days beside each other: which day stands beside the one that is shown, and what differs between them.
"use strict";

guantu.CHANGED = "changes"; // the table of what differs

guantu.compares = (page) =>
  page.mode === "explore" && !page.elsewhere && Boolean(page.against || page.againstKnown);

// What the address asks for; of a server without a journal nobody can know another day's knowledge.
guantu.againstOf = (page, take, day) => ({
  against: take("against", "", day),
  againstKnown: take("against_known", "", (value) => (page.journal && guantu.dayTyped(value)) || undefined),
});

// Rows of their own, so that both days stand at once: never mixed with those of the page.
guantu.asideOf = function (bundle) {
  const own = (rows) => rows.map((row) => ({ ...row, turn: null }));
  return {
    ...bundle,
    ...{ features: own(bundle.features), measures: own(bundle.measures), standsOn: "", hits: undefined },
  };
};

// The other side as it stands on its day; null until the server has sent what was known then.
guantu.before = function (page) {
  const { other } = page,
    sent = page.againstKnown ? other?.known === page.againstKnown && other : null,
    of = page.againstKnown ? sent?.bundle : page.bundle;
  if (!of) return null;
  if (page.aside?.of !== of) {
    const data = sent ? sent.data : page.view?.layer?.data;
    page.aside = { of, bundle: guantu.asideOf(of), data, day: "" };
  }
  page.aside.day = page.against || page.day;
  guantu.standOn(page.aside.bundle, page.aside.day);
  return page.aside;
};

// What the server sends for the other side, fetched once.
guantu.takeAgainst = async function (page, args, read) {
  const key = `${args.against_known} ${args.against}`;
  if (page.againstAsked === key) return;
  page.againstAsked = key;
  page.other = null;
  if (!args.against_known) return;
  if (!args.against.length) {
    page.other = { known: args.against_known, bundle: null, data: null };
    page.notices = [{ said: () => guantu.h("p", {}, page.say("compare-broken")) }];
    return void (page.bundle && page.render());
  }
  try {
    const [data, bundle] = await read(args.against.map((name) => fetch(name)));
    // Another day may have been asked for meanwhile.
    if (page.againstAsked !== key) return;
    page.other = { known: args.against_known, bundle, data };
    if (page.bundle) page.render();
  } catch (error) {
    page.againstAsked = "";
    guantu.fail(page, error);
  }
};

// What is told of a row; where its source stands in a list says nothing.
guantu.toldOf = (row) => [
  ...(row.events || []),
  ...(row.facts || []),
  ...(row.observations || []),
  ...(row.targets || []).flatMap((target) => target.observations),
];
guantu.factKey = (fact) => JSON.stringify({ ...fact, source: 0 });

// The facts of `one` that `other` has not, dated by a day.
guantu.factsBeyond = function (one, other, day) {
  const known = new Set(guantu.toldOf(other).map(guantu.factKey));
  return guantu.factsOn(guantu.toldOf(one), day).filter((fact) => !known.has(guantu.factKey(fact)));
};

// Whether a feature lies elsewhere: `at` and `now` are its places in two files.
guantu.liesElsewhere = function (before, at, after, now) {
  if (at === undefined || now === undefined) return at !== now;
  const from = guantu.firstVertex(before, at),
    to = guantu.firstVertex(after, now),
    n = guantu.endVertex(before, at) - from;
  if (n !== guantu.endVertex(after, now) - to) return true;
  for (let v = 0; v < n; v++)
    if (before.x[from + v] !== after.x[to + v] || before.y[from + v] !== after.y[to + v]) return true;
  return false;
};

// What two rows of one id differ in; `moved` is whether it lies elsewhere, `learnt` what was told of before.
guantu.differencesOf = function (table, was, now, { moved = false, learnt = [] } = {}) {
  const found = [],
    same = (name) => JSON.stringify(was[name]) === JSON.stringify(now[name]),
    add = (what, differs) => differs && found.push({ what, learnt });
  if (table === "features") {
    add("stage", was.stage !== now.stage);
    add("restriction", was.restriction !== now.restriction || was.closed !== now.closed);
    add("position", moved || was.basis !== now.basis || was.accuracy !== now.accuracy);
  } else {
    add("outcome", was.outcome !== now.outcome);
    add("due", !same("due") || was.past !== now.past);
  }
  add("name", !same("name"));
  add("facts", learnt.length > 0);
  return found;
};

// What differs between two sides, rows of both by their place; -1 where a side has none.
guantu.comparison = function (before, after) {
  /** @type {Differing[]} */
  const found = [],
    learns = before.of !== after.bundle,
    [old, own] = [before.data, after.data].map((data) => (data && learns ? guantu.finder(data.ids) : null));
  for (const table of /** @type {Differing["table"][]} */ (["features", "measures"])) {
    const places = new Map(before.bundle[table].map((row, i) => /** @type {const} */ ([row.id, i])));
    after.bundle[table].forEach((now, row) => {
      const at = places.get(now.id),
        was = before.bundle[table][at];
      places.delete(now.id);
      if (!was) return found.push({ table, row, was: -1, changes: [{ what: "new", learnt: [] }] });
      const more = learns && {
        moved: Boolean(
          table === "features" &&
            old &&
            own &&
            guantu.liesElsewhere(before.data, old(now.id), after.data, own(now.id)),
        ),
        learnt: [
          ...guantu.factsBeyond(now, was, before.day),
          ...guantu.factsBeyond(was, now, before.day).map((fact) => ({ ...fact, gone: true })),
        ],
      };
      const changes = guantu.differencesOf(table, was, now, more || {});
      if (changes.length) found.push({ table, row, was: at, changes });
    });
    for (const was of places.values())
      found.push({ table, row: -1, was, changes: [{ what: "gone", learnt: [] }] });
  }
  return found;
};

// A filter in the words of another bundle: agencies stand elsewhere in its list.
guantu.filterIn = function (filter, from, to) {
  const places = new Map(to.agencies.map((row, i) => [row.id, i]));
  return { ...filter, agency: new Set([...filter.agency].map((i) => places.get(from.agencies[i].id) ?? -1)) };
};

// What differs and is kept by the filter on either side: what has come into it, or has left it. Null where
// nothing is compared, or not yet.
guantu.changesFound = function (page) {
  const before = guantu.compares(page) ? guantu.before(page) : null;
  if (!before) return null;
  const { compared, found, bundle, day } = page;
  guantu.standOn(bundle, day);
  if (compared?.found === found && compared.before === before) return compared.rows;
  const data = page.view?.layer?.data,
    key = `${before.day} ${day}`;
  const all =
    compared?.key === key && compared.bundle === bundle && compared.before === before
      ? compared.all
      : guantu.comparison(before, { bundle, data, day });
  const old = guantu.applyFilter(before.bundle, guantu.filterIn(page.filter, bundle, before.bundle)),
    kept = Object.fromEntries(
      ["features", "measures"].map((table) => [table, [new Set(found[table]), new Set(old[table])]]),
    );
  const rows = all.filter(({ table, row, was }) => kept[table][0].has(row) || kept[table][1].has(was));
  page.compared = { key, bundle, before, found, all, rows, old };
  return rows;
};

// Without the last day to compare with, the table of changes closes too.
guantu.setAgainst = function (page, change) {
  if (Object.entries(change).every(([name, day]) => page[name] === day)) return;
  document.getElementById("compare-dialog")?.close();
  const next = { against: page.against, againstKnown: page.againstKnown, ...change },
    on = next.against || next.againstKnown,
    table = !on && page.table === guantu.CHANGED ? "" : page.table,
    opens = on && !guantu.compares(page) && window.innerWidth >= 1024;
  page.set({ ...next, table: opens ? guantu.CHANGED : table, listed: null });
};

// The last day of the half-year before a day.
guantu.halfBefore = function (day) {
  const [year, month] = day.split("-").map(Number);
  return month > 6 ? `${year}-06-30` : `${year - 1}-12-31`;
};

// `prefix` keeps the ids of a second pair apart.
guantu.compareBoxes = (page, prefix = "") => [
  guantu.dayBox(page, {
    id: `${prefix}against`,
    label: page.say("against-box"),
    value: page.against,
    placeholder: guantu.yearAgo(page),
    read: (words) => guantu.dayWithin(page, words),
    take: (against) => guantu.setAgainst(page, { against }),
  }),
  page.journal &&
    guantu.dayBox(page, {
      id: `${prefix}against-known`,
      label: page.say("against-known-box"),
      value: page.againstKnown,
      placeholder: guantu.halfBefore(page.last),
      read: (words) => guantu.knownDay(page, words),
      take: (againstKnown) => guantu.setAgainst(page, { againstKnown }),
    }),
];

// What is compared with, in words.
guantu.againstWords = (page) =>
  [
    page.against && page.say("against-day", { day: page.against }),
    page.againstKnown && page.say("against-known-by", { day: page.againstKnown }),
  ]
    .filter(Boolean)
    .join(" · ");

// What stands in the answer line; its words lead to the list.
guantu.compareChips = function (page, chip) {
  const open = () => page.set({ table: guantu.CHANGED, listed: null }),
    title = page.say("changes-open");
  return [
    page.against &&
      chip(
        "against",
        page.say("against-day", { day: page.against }),
        () => guantu.setAgainst(page, { against: "" }),
        open,
        title,
      ),
    page.againstKnown &&
      chip(
        "against-known",
        page.say("against-known-by", { day: page.againstKnown }),
        () => guantu.setAgainst(page, { againstKnown: "" }),
        open,
        title,
      ),
  ];
};

// The usual question, one click away: what has changed since the last meeting.
guantu.openCompare = function (page) {
  const { h } = guantu;
  const known = h("input", { id: "as-then-known", type: "checkbox", checked: true });
  const go = (day) =>
    guantu.setAgainst(page, { against: day, againstKnown: page.journal && known.checked ? day : "" });
  const preset = (id, words, day) =>
    day >= page.bundle.first &&
    day < page.day &&
    h(
      "button",
      { type: "button", class: "item", id, onclick: () => go(day) },
      words,
      h("b", { class: "preset-day" }, day),
    );
  const half = guantu.halfBefore(page.day);
  guantu.openDialog(
    page,
    "compare-dialog",
    page.say("compare-title"),
    h(
      "div",
      { class: "items" },
      preset("since-half", page.say("compare-half"), half),
      preset("since-half-before", page.say("compare-half-before"), guantu.halfBefore(half)),
      preset("since-year", page.say("compare-year"), guantu.yearAgo(page)),
      page.journal && h("label", { class: "item" }, known, page.say("as-then-known")),
      h("h3", {}, page.say("compare-own")),
      guantu.compareBoxes(page, "own-"),
      guantu.compares(page) && [
        h(
          "label",
          { class: "item" },
          h("input", {
            ...{ id: "sides", type: "checkbox", checked: page.sides },
            onchange: (event) => page.set({ sides: event.target.checked }),
          }),
          page.say("side-by-side"),
        ),
        h(
          "button",
          {
            type: "button",
            id: "stop-comparing",
            class: "item",
            onclick: () => guantu.setAgainst(page, { against: "", againstKnown: "" }),
          },
          page.say("compare-stop"),
        ),
      ],
    ),
  );
};
