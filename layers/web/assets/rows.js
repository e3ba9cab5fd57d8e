// The rows of the table and its columns, as values: of measures, of features, of agencies.
"use strict";

// Who is named by the measures that are shown, with the number of measures in each role.
guantu.agencyRows = function (page, rows) {
  const { articles, measures, agencies } = page.bundle,
    counts = new Map();
  for (const m of page.found.measures)
    for (const pair of new Set(
      articles[measures[m].article].agencies.map(([role, agency]) => `${agency} ${role}`),
    ))
      counts.set(pair, (counts.get(pair) || 0) + 1);
  return rows.map((i) => ({
    id: i,
    key: agencies[i].id,
    name: page.of(agencies[i].name),
    ...Object.fromEntries(
      Object.keys(page.bundle.codes.role).map((role) => [role, counts.get(`${i} ${role}`) || 0]),
    ),
  }));
};

// Who is named by the measures `rows`, in any role, with the number of measures, most first.
guantu.bodiesOf = function ({ articles, measures }, rows) {
  const counts = new Map();
  for (const m of rows)
    for (const agency of new Set(articles[measures[m].article].agencies.map(([, each]) => each)))
      counts.set(agency, (counts.get(agency) || 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
};

// The agencies that the kept measures name, most measures first.
guantu.agenciesFound = (page) => guantu.bodiesOf(page.bundle, page.found.measures).map(([agency]) => agency);

// What the sheet is drawn from. Rows that need a hand stand first: what is late, what is due, what moves.
guantu.URGENT = {
  measures: [
    ...["overdue", "not-met", "unreachable", "due-soon", "under-way", "met-late", "met", "already-so"],
    ...["no-evidence", "not-searched"],
  ],
  features: ["implementation", "preparation", "identification", "completion", "maintenance", "unknown"],
};
guantu.byUrgency = function (page, table, rows) {
  const order = guantu.URGENT[table],
    of = (row) => (table === "measures" ? row.outcome : row.stage);
  const rank = (i) => {
    const row = page.bundle[table][i],
      at = order.indexOf(of(row));
    return row.past === "passed" && guantu.SILENT.includes(row.outcome) ? -1 : at < 0 ? order.length : at;
  };
  return [...rows].sort((a, b) => rank(a) - rank(b) || a - b);
};

guantu.rowsOf = function (page, table, rows) {
  const { bundle } = page,
    order = (list) => new Map(Object.keys(bundle.codes[list]).map((code, i) => [code, i]));
  if (table === "agencies") return guantu.agencyRows(page, rows);
  if (table === guantu.CHANGED) return guantu.changeRows(page, rows);
  rows = guantu.byUrgency(page, table, rows);
  const list = table === "measures" ? "outcome" : "stage",
    ranks = order(list);
  // What a row of either table says.
  const shared = (i, row) => {
    const was = page.filter.since && guantu.turnOn(row.turns, page.filter.since)[1],
      code = row[list];
    const change = was && was !== code ? `${page.title(list, was)} → ${page.title(list, code)}` : "";
    return { id: i, name: page.of(row.name), change, code, rank: ranks.get(code), key: row.id };
  };
  if (table === "measures") {
    /** @param {Measure} row */
    const roles = (row, wanted) =>
      bundle.articles[row.article].agencies
        .filter(([role]) => wanted(role))
        .map(([, agency, written]) => guantu.agencyName(page, agency, written))
        .join(page.say("comma"));
    return rows.map((i) => {
      const row = bundle.measures[i];
      return {
        ...shared(i, row),
        lead: roles(row, (role) => role === "lead"),
        others: roles(row, (role) => role !== "lead"),
        due: page.of(row.due) || page.title("recurrence", row.recurrence),
        article: page.title("article", bundle.articles[row.article].id),
      };
    });
  }
  return rows.map((i) => {
    const row = bundle.features[i];
    return {
      ...shared(i, row),
      since: row.since,
      theme: page.title("theme", row.theme),
      town: row.town.map((code) => page.title("town", code)).join(page.say("comma")),
      position: page.title("position-basis", row.basis),
      restriction: page.title("restriction", row.restriction),
    };
  });
};

// On a phone a row is a card: its name, how far it is, and whose or where it is.
guantu.rowCard = (page, table, coded) => ({
  field: "name",
  variableHeight: true,
  formatter: (cell) => {
    const { name, lead, town, theme, change } = cell.getRow().getData();
    const said = [table === "measures" ? lead : theme, town, change].filter(Boolean).join(" · ");
    const { h } = guantu;
    return h(
      "div",
      { class: "row-card" },
      h("b", {}, name),
      table === "agencies" ? guantu.rolesOf(page, cell.getRow().getData()) : coded(cell),
      said && h("small", { class: "calm" }, said),
    );
  },
});
guantu.rolesOf = (page, counts) =>
  Object.entries(page.bundle.codes.role)
    .filter(([role]) => counts[role])
    .map(([role, titles]) => `${page.of(titles)} ${counts[role]}`)
    .join(" · ");

guantu.columnsOf = function (page, table) {
  const list = table === "measures" ? "outcome" : "stage";
  const coded = (cell) => {
    const { code } = cell.getRow().getData();
    return guantu.h("span", { class: "coded" }, guantu.swatch(page, code), page.title(list, code));
  };
  if (table === guantu.CHANGED) return guantu.changeColumns(page);
  if (guantu.narrow()) return [guantu.rowCard(page, table, coded)];
  const column = (field, words, more = {}) => ({ field, title: words, ...more });
  const name = column("name", page.say("name"), { minWidth: 200, widthGrow: 3, cssClass: "named" });
  if (table === "agencies")
    return [
      name,
      ...Object.keys(page.bundle.codes.role).map((role) =>
        column(role, page.title("role", role), { minWidth: 90, hozAlign: "right" }),
      ),
    ];
  const rank = column("rank", page.say(list), {
    minWidth: 130,
    formatter: coded,
    sorter: "number",
    accessorClipboard: (value, data) => page.title(list, data.code),
  });
  const change = column("change", page.say("change"), { minWidth: 160, visible: Boolean(page.filter.since) });
  const key = column("key", page.say("id"), { minWidth: 110, visible: false });
  return table === "measures"
    ? [
        name,
        change,
        rank,
        column("lead", page.title("role", "lead"), { minWidth: 140, widthGrow: 1 }),
        column("due", page.say("due"), { minWidth: 190 }),
        column("others", page.say("others"), { minWidth: 140, widthGrow: 1, visible: false }),
        column("article", page.say("article"), { minWidth: 140, widthGrow: 1 }),
        key,
      ]
    : [
        name,
        change,
        rank,
        column("since", page.say("since"), { minWidth: 100 }),
        column("theme", page.say("theme"), { minWidth: 100 }),
        column("town", page.say("town"), { minWidth: 100, widthGrow: 1 }),
        column("position", page.say("position"), { minWidth: 120, visible: false }),
        column("restriction", page.say("restriction"), { minWidth: 100, visible: false }),
        key,
      ];
};
