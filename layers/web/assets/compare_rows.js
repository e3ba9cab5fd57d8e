// The list of what differs between two days, as a table beside the others: each row leads to its card.
"use strict";

// In the order in which they are told, and sorted.
guantu.CHANGE_KINDS = [
  ...["new", "gone", "stage", "outcome", "restriction", "due", "position", "name", "facts"],
];

guantu.changeWords = (page, what) => page.say(`change-${what}`);

// A row as it stands after, or before where it is gone.
guantu.changedRow = (page, { table, row, was }) =>
  row < 0 ? page.aside.bundle[table][was] : page.bundle[table][row];

// What each change was and is: words, with the code of a swatch where there is one.
guantu.SIDES_OF = {
  stage: (page, row) => ({ code: row.stage, words: page.stage(row, row.stage) }),
  outcome: (page, row) => ({ code: row.outcome, words: page.title("outcome", row.outcome) }),
  restriction: (page, row) => ({
    words: [page.title("restriction", row.restriction), row.closed].filter(Boolean).join(" · "),
  }),
  due: (page, row) => ({
    words: [page.of(row.due || []), page.title("due", row.past)].filter(Boolean).join(" · "),
  }),
  position: (page, row) => ({ words: guantu.positionWords(page, row) }),
  name: (page, row) => ({ words: page.of(row.name) }),
};

// The words of one change: before, after and why.
guantu.toldChange = function (page, one, { what, learnt }) {
  const { table, row, was } = one,
    now = row < 0 ? null : page.bundle[table][row],
    old = was < 0 ? null : page.aside.bundle[table][was],
    stands = (each) => each && guantu.SIDES_OF[table === "features" ? "stage" : "outcome"](page, each);
  if (what === "new" || what === "gone") return { what, was: stands(old), now: stands(now) };
  // By itself it says how the row stands all the same.
  if (what === "facts")
    return { what, was: null, now: null, still: one.changes.length > 1 ? null : stands(now), facts: learnt };
  const read = guantu.SIDES_OF[what];
  const said = read(page, now),
    metres = what === "position" ? guantu.movedBy(page, old) : 0;
  if (metres) said.words += ` · ${page.say("moved-by", { m: guantu.distanceWords(metres) })}`;
  return { what, was: read(page, old), now: said };
};

// How far the first place of a feature has moved, in metres; 0 where a side has none.
guantu.movedBy = function (page, { id }) {
  const { map, view, aside } = page;
  const [from, to] = [aside.data, view.layer.data].map((data) => {
    const f = guantu.finder(data.ids)(id),
      v = f === undefined ? -1 : guantu.firstVertex(data, f);
    return v < 0 ? null : map.unproject(L.point(data.x[v], data.y[v]), 0);
  });
  return from && to ? map.distance(from, to) : 0;
};

// On what the later state rests.
guantu.changeReason = function (page, one, row) {
  const [first] = one.changes;
  if (first.what === "facts") return "";
  if (one.table === "measures") return row.reason ? page.of(row.reason) : "";
  if (first.what === "stage" && row.line >= 0)
    return `${page.of(page.bundle.features[row.line].name)} ${page.say("on-line-open")}`;
  /** @type {Happening[]} */
  const events = row.events || [],
    event = guantu.factsOn(events, page.day).findLast((each) => each.stage === row.stage);
  return first.what === "stage" && event ? page.of(event.text) : "";
};

// A fact that was recorded afterwards, or was taken back: its day and what it says.
guantu.factWords = function (page, fact) {
  const { text, metric, value, gone, date } = fact;
  const said = [date, text ? page.of(text) : [page.of(metric), page.of(value)].join(" ")].filter(Boolean);
  return page.say(gone ? "fact-taken-back" : "fact-recorded", { fact: said.join(" ") });
};

guantu.changeRows = (page, rows) =>
  rows.map((one) => {
    const row = guantu.changedRow(page, one),
      told = one.changes.map((change) => guantu.toldChange(page, one, change)),
      facts = told.flatMap((each) => each.facts || []).map((fact) => guantu.factWords(page, fact)),
      kinds = one.changes.map(({ what }) => what);
    return {
      ...{ id: `${one.table}:${one.row < 0 ? `gone-${one.was}` : one.row}`, key: row.id, one, told, kinds },
      name: page.of(row.name),
      rank: guantu.CHANGE_KINDS.indexOf(kinds[0]),
      kind: kinds.map((what) => guantu.changeWords(page, what)).join(page.say("comma")),
      thing: guantu.thingWords(page, one.table, row),
      change: guantu.changeText(page, told),
      reason: [guantu.changeReason(page, one, row), ...facts].filter(Boolean).join(" · "),
    };
  });
guantu.thingWords = function (page, table, { kind }) {
  if (table === "measures") return page.say("one-measure");
  const isPlace = kind === "place";
  return page.say(isPlace ? "one-place" : "one-project");
};

// As text, for who copies the table.
guantu.changeText = (page, told) =>
  told
    .filter(({ was, now, still }) => was || now || still)
    .map(({ was, now, still }) =>
      still
        ? page.say("still", { words: still.words })
        : [was, now].map((side) => side?.words || "—").join(" → "),
    )
    .join("; ");

// Before and after with their swatches, a line each.
guantu.changeNode = function (page, told) {
  const { h } = guantu;
  const side = (one) =>
    h("span", { class: "coded" }, one?.code && guantu.swatch(page, one.code), one?.words || "—");
  return h(
    "div",
    { class: "was-now" },
    told
      .filter(({ was, now, still }) => was || now || still)
      .map(({ was, now, still }) =>
        h(
          "div",
          {},
          still
            ? side({ ...still, words: page.say("still", { words: still.words }) })
            : [side(was), h("span", { class: "arrow", "aria-hidden": "true" }, "→"), side(now)],
        ),
      ),
  );
};

guantu.changeColumns = function (page) {
  const { h } = guantu;
  const column = (field, words, more = {}) => ({ field, title: words, variableHeight: true, ...more });
  const node = (cell) => guantu.changeNode(page, cell.getRow().getData().told);
  if (guantu.narrow())
    return [
      column("name", page.say("name"), {
        formatter: (cell) => {
          const { name, told, thing, kind, reason } = cell.getRow().getData();
          return h(
            "div",
            { class: "row-card" },
            h("b", {}, name),
            guantu.changeNode(page, told),
            h("small", { class: "calm" }, [thing, kind, reason].filter(Boolean).join(" · ")),
          );
        },
      }),
    ];
  const wrapped = (cell) => h("span", { class: "wraps" }, cell.getValue());
  return [
    column("name", page.say("name"), { minWidth: 180, widthGrow: 2, cssClass: "named" }),
    column("thing", page.say("thing"), { minWidth: 76, widthGrow: 0 }),
    column("rank", page.say("change"), {
      ...{ minWidth: 100, widthGrow: 0, sorter: "number" },
      formatter: (cell) => h("span", { class: "wraps" }, cell.getRow().getData().kind),
      accessorClipboard: (_value, data) => data.kind,
    }),
    column("change", page.say("was-now"), { minWidth: 250, widthGrow: 2, formatter: node }),
    column("reason", page.say("reason"), { minWidth: 160, widthGrow: 3, formatter: wrapped }),
    column("key", page.say("id"), { minWidth: 110, visible: false }),
  ];
};

// How many rows differ, in the tab of the list.
guantu.changedWords = function (page) {
  const rows = guantu.changesFound(page);
  if (!rows) return page.say("change");
  if (!rows.length) return page.say("changes-zero");
  const count = (test) => rows.filter(test).length,
    isPlace = (one) => guantu.changedRow(page, one).kind === "place",
    measures = count((one) => one.table === "measures"),
    places = count((one) => one.table === "features" && isPlace(one)),
    parts = [
      [page.say("projects"), rows.length - measures - places],
      [page.say("places"), places],
      [page.say("measures"), measures],
    ].filter(([, n]) => n);
  return page.say("changes-head", {
    n: rows.length,
    parts: parts.map(([words, n]) => `${words} ${n}`).join(page.say("comma")),
  });
};

// Why the list is empty.
guantu.noRowWords = function (page, table) {
  if (table !== guantu.CHANGED) return page.say("no-row");
  if (page.other && !page.other.bundle) return page.say("compare-broken");
  return page.say(guantu.changesFound(page) ? "changes-none" : "changes-wait");
};

// To the card of a row; one that is gone has none: the map goes to where it was.
guantu.openChange = function (page, { one, name }) {
  if (one.row >= 0) return page.choose(one.table, one.row);
  page.tell(page.say("change-gone-told", { name, day: page.aside.day }));
  const { layer } = page.view,
    { data } = page.aside,
    f =
      one.table === "features" && data
        ? guantu.finder(data.ids)(page.aside.bundle.features[one.was].id)
        : undefined,
    bounds = f === undefined ? null : guantu.boundsOf(/** @type {any} */ ({ data, _map: layer._map }), [f]);
  if (bounds) guantu.lookAt(page, { bounds, maxZoom: Math.max(page.map.getZoom(), 13) });
};
