// The tables of measures, features and agencies.
"use strict";

// Who is named by the measures that are shown, with the number of measures in each role.
guantu.agencyColumns = function (page) {
  const { articles, measures } = page.bundle,
    counts = new Map();
  for (const m of page.found.measures)
    for (const pair of new Set(
      articles[measures[m].article].agencies.map(([role, agency]) => `${agency} ${role}`),
    ))
      counts.set(pair, (counts.get(pair) || 0) + 1);
  const number = (role) => (row, i) => String(counts.get(`${i} ${role}`) || "");
  return [
    ["name", (row) => page.of(row.name)],
    ...Object.keys(page.bundle.codes.role).map((role) => [page.title("role", role), number(role)]),
  ];
};

guantu.tableOf = function (page, { title, table, rows }) {
  const { h } = guantu,
    { bundle } = page,
    of = page.of;
  const roles = (measure) =>
    bundle.articles[measure.article].agencies
      .filter(([role]) => role !== "cooperating")
      .map(([, agency, written]) => guantu.agencyName(page, agency, written))
      .join(page.say("comma"));
  const columns =
    table === "agencies"
      ? guantu.agencyColumns(page)
      : table === "measures"
        ? [
            ["name", (row) => of(row.name)],
            ["outcome", (row) => [guantu.swatch(page, row.outcome), page.title("outcome", row.outcome)]],
            ["agency", roles],
            ["due", (row) => row.due],
          ]
        : [
            ["name", (row) => of(row.name)],
            ["theme", (row) => page.title("theme", row.theme)],
            ["stage", (row) => [guantu.swatch(page, row.stage), page.title("stage", row.stage)]],
            ["since", (row) => row.since],
          ];
  const tabs = page.listed
    ? [
        h("b", {}, `${title} · ${page.say(table)} ${rows.length}`),
        h(
          "button",
          { type: "button", id: "close-table", onclick: () => page.list("", "", null) },
          page.say("close"),
        ),
      ]
    : ["measures", "features"].map((name) =>
        h(
          "button",
          {
            type: "button",
            id: `tab-${name}`,
            "aria-pressed": String(name === page.tab),
            onclick: () => page.set({ tab: name }),
          },
          `${page.say(name)} ${page.found[name].length}`,
        ),
      );
  return [
    h("div", { class: "tabs" }, tabs),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": page.say(table) },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            columns.map(([key]) => h("th", { scope: "col" }, page.knows(key) ? page.say(key) : key)),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map((i) =>
            h(
              "tr",
              { "data-id": bundle[table][i].id },
              columns.map(([key, cell]) =>
                h(
                  "td",
                  {},
                  key === "name"
                    ? h(
                        "button",
                        {
                          class: "row",
                          type: "button",
                          onclick: () => (table === "agencies" ? page.explore(i) : page.choose(table, i)),
                        },
                        cell(bundle[table][i]),
                      )
                    : cell(bundle[table][i], i),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  ];
};

guantu.agencyName = (page, agency, written) =>
  page.langs[page.lang] === "zh" ? written : page.of(page.bundle.agencies[agency].name);
