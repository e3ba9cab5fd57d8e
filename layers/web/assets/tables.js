// The sheet of rows below the map: drawn by Tabulator, which makes only the rows that are in view.
"use strict";

// Settles when the library is there; in the app it is fetched after the map is drawn.
guantu.tableLibrary = Promise.resolve();

guantu.buildTable = function (page) {
  const { h } = guantu;
  const sheet = h("section", { id: "table", hidden: true });
  sheet.append(
    guantu.grip(sheet, () => page.grid?.redraw()),
    h("div", { class: "tabs" }),
    h("div", { id: "grid" }),
  );
  return sheet;
};

// What the sheet shows now: rows that a number led to, else those that are kept; null when it is closed.
guantu.listed = function (page) {
  if (page.listed) return page.listed;
  if (page.mode !== "explore" || !page.table) return null;
  if (page.table === guantu.CHANGED)
    return guantu.compares(page)
      ? { title: "", table: page.table, rows: guantu.changesFound(page) || [] }
      : null;
  const rows = page.table === "agencies" ? guantu.agenciesFound(page) : page.found[page.table];
  return { title: "", table: page.table, rows };
};

guantu.renderTable = function (page) {
  const sheet = document.getElementById("table"),
    listed = guantu.listed(page);
  sheet.hidden = !listed;
  document.querySelectorAll(".tabulator-tooltip").forEach((node) => node.remove());
  if (!listed) return;
  if (!window.Tabulator) return guantu.tableLibrary.then(page.render);
  guantu.name(sheet.querySelector(".grip"), page.say("height"));
  sheet.setAttribute("aria-label", page.say("table"));
  guantu.redraw(sheet.querySelector(".tabs"), guantu.tabs(page, listed));
  const { table, rows } = listed,
    none = guantu.noRowWords(page, table),
    shape = [table, page.lang, Boolean(page.filter.since), guantu.narrow(), none].join(" ");
  const data = guantu.rowsOf(page, table, rows);
  if (page.grid && page.gridShape === shape) {
    if (page.gridReady) page.grid.replaceData(data).then(() => guantu.markRow(page, false));
    else page.gridWaits = data;
    return;
  }
  page.grid?.destroy();
  page.gridShape = shape;
  page.gridReady = false;
  page.grid = new Tabulator("#grid", {
    data,
    columns: guantu.columnsOf(page, table),
    layout: "fitColumns",
    headerVisible: !guantu.narrow(),
    height: "100%",
    index: "id",
    clipboard: "copy",
    clipboardCopyRowRange: "active",
    movableColumns: true,
    placeholder: none,
    columnDefaults: {
      // Names come from a register: as text, never as the markup that Tabulator takes them for.
      tooltip: (_event, cell) => guantu.h("span", {}, cell.getElement().textContent),
      titleFormatter: (cell) => guantu.h("span", {}, cell.getValue()),
      resizable: "header",
      headerSortTristate: true,
    },
    rowFormatter: (row) => {
      const node = row.getElement();
      node.setAttribute("data-id", row.getData().key);
      node.setAttribute("tabindex", "0");
    },
  });
  const pick = (row) => {
    const { id } = row.getData();
    if (table === guantu.CHANGED) guantu.openChange(page, row.getData());
    else if (table === "agencies") page.explore(id);
    else page.choose(table, id);
  };
  page.grid.on("rowClick", (_event, row) => pick(row));
  page.grid.on("tableBuilt", () => {
    page.gridReady = true;
    // Rows take the focus; their holder need not.
    document.querySelector("#grid .tabulator-tableholder").removeAttribute("tabindex");
    if (page.gridWaits) page.grid.replaceData(page.gridWaits).then(() => guantu.markRow(page));
    page.gridWaits = null;
    guantu.markRow(page);
  });
  document.getElementById("grid").onkeydown = (event) => {
    const row = event.target.closest(".tabulator-row");
    const next = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key];
    if (row && event.key === "Enter") pick(page.grid.getRow(row));
    else if (next) next.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
};

guantu.narrow = () => window.innerWidth < 640;

// The row of what is chosen stands out, and is in view.
guantu.markRow = function (page, scroll = true) {
  if (!page.gridReady) return;
  page.grid.deselectRow?.();
  document.querySelectorAll("#grid .chosen").forEach((node) => node.classList.remove("chosen"));
  const { selected } = page,
    table = guantu.listed(page)?.table,
    id = table === guantu.CHANGED ? `${selected?.table}:${selected?.row}` : selected?.row;
  const row = selected && [selected.table, guantu.CHANGED].includes(table) && page.grid.getRow(id);
  if (!row) return;
  row.getElement().classList.add("chosen");
  if (scroll) page.grid.scrollToRow(id, "center", false).catch(() => {});
};

guantu.tabs = function (page, { title, table, rows }) {
  const { h } = guantu,
    button = (id, words, action, more = {}) =>
      h("button", { type: "button", id, onclick: action, ...more }, words);
  const close = h(
    "button",
    {
      type: "button",
      id: "close-table",
      class: "close",
      "aria-label": page.say("close"),
      onclick: () => (page.listed ? page.list("", "", null) : page.set({ table: "" })),
    },
    "×",
  );
  if (page.listed) return [h("b", {}, `${title} · ${page.say(table)} ${rows.length}`), close];
  const counts = { ...page.found, agencies: { length: guantu.agenciesFound(page).length } },
    projects = guantu.projectsOf(page, page.found).length,
    places = counts.features.length - projects;
  const words = (name) => {
    if (name === guantu.CHANGED) return guantu.changedWords(page);
    return name === "features" && places
      ? page.say("projects-and-places", { projects, places })
      : `${page.say(name)} ${counts[name].length}`;
  };
  const names = guantu.compares(page) ? [guantu.CHANGED, ...guantu.TABLES] : guantu.TABLES;
  return [
    ...names.map((name) =>
      button(`tab-${name}`, words(name), () => page.set({ table: name }), {
        "aria-pressed": String(name === table),
      }),
    ),
    h("span", { class: "space" }),
    button("columns", page.say("columns"), () => guantu.pickColumns(page)),
    button("copy-table", page.say("copy-table"), () => {
      page.grid.copyToClipboard("active");
      page.tell(page.say("table-copied", { n: rows.length }));
    }),
    close,
  ];
};

guantu.pickColumns = function (page) {
  const { h } = guantu;
  guantu.openDialog(
    page,
    "columns-dialog",
    page.say("columns"),
    h(
      "div",
      { class: "items" },
      page.grid
        .getColumns()
        .map((column) =>
          h(
            "label",
            { class: "item" },
            h("input", { type: "checkbox", checked: column.isVisible(), onchange: () => column.toggle() }),
            column.getDefinition().title,
          ),
        ),
    ),
  );
};
