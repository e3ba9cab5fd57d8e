// The table of an answer and what its rows lead to, beside the map in the page of the server.
"use strict";

guantu.ROWS = 12; // that are shown at first

// Fills a piece of the page outside of the frame; `told` is what views/analyse.py says.
guantu.showAsked = function (page, holder, told) {
  const { h } = guantu,
    state = holder.askedState || { sort: null, all: false };
  holder.askedState = state;
  const draw = (by = "") => {
    const { asked } = page;
    if (!asked?.rows?.length) return holder.replaceChildren();
    const open = asked.row >= 0 && guantu.askedOrder(asked, state).indexOf(asked.row) >= guantu.ROWS;
    state.all = state.all || open;
    const focused = holder.getRootNode().activeElement?.dataset?.focus;
    holder.replaceChildren(
      guantu.askedTable(page, state, draw),
      ...(asked.chart ? [h("div", { class: "charts" })] : []),
    );
    if (focused) holder.querySelector(`[data-focus="${focused}"]`)?.focus({ preventScroll: true });
    const charts = holder.querySelector(".charts");
    if (charts) guantu.drawCharts(page, charts);
    if (by === "map") holder.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  };
  guantu.takeAsked(page, told, draw);
  draw();
  holder.askedWatch?.disconnect();
  holder.askedWatch = new ResizeObserver(() => {
    const charts = holder.querySelector(".charts");
    if (charts && page.asked && charts.clientWidth !== charts.drawnWidth) guantu.drawCharts(page, charts);
  });
  holder.askedWatch.observe(holder);
};

// The places of the rows in the order of the table.
guantu.askedOrder = function ({ rows }, { sort }) {
  const order = rows.map((_, i) => i);
  if (!sort) return order;
  const value = (i) => rows[i].cells[sort.column].n ?? guantu.cellWords(rows[i].cells[sort.column]);
  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
  return order.sort((a, b) => sort.way * compare(value(a), value(b)) || a - b);
};
guantu.cellWords = (cell) => cell.text ?? (cell.thing || cell.things?.[0])?.[1] ?? cell.sure ?? "";

guantu.askedTable = function (page, state, draw) {
  const { h } = guantu,
    { asked } = page,
    order = guantu.askedOrder(asked, state),
    shown = state.all ? order : order.slice(0, guantu.ROWS);
  const head = (column, i) => {
    const way = state.sort?.column === i ? state.sort.way : 0;
    return h(
      "th",
      { scope: "col", "aria-sort": ["descending", "none", "ascending"][way + 1] },
      h(
        "button",
        {
          ...{ type: "button", "data-focus": `sort-${i}` },
          onclick: () => {
            state.sort = way < 0 ? null : { column: i, way: way > 0 ? -1 : 1 };
            draw();
          },
        },
        column.title,
        h("span", { class: "way", "aria-hidden": "true" }, ["▾", "", "▴"][way + 1]),
      ),
    );
  };
  return [
    h(
      "table",
      { "aria-label": asked.words["answer-table"] },
      h("thead", {}, h("tr", {}, asked.columns.map(head))),
      h(
        "tbody",
        {},
        shown.map((i) => guantu.askedRow(page, i)),
      ),
    ),
    shown.length < order.length &&
      h(
        "button",
        {
          ...{ type: "button", class: "all", "data-focus": "all" },
          onclick: () => {
            state.all = true;
            draw();
          },
        },
        asked.words["show-all-rows"].replace("{n}", String(order.length)),
      ),
  ].reduce((box, part) => (part && box.append(part), box), h("div", { class: "rows" }));
};

guantu.askedRow = function (page, i) {
  const { h } = guantu,
    { asked } = page,
    row = asked.rows[i],
    chosen = asked.row === i,
    act = () => guantu.chooseAsked(page, i, "table");
  const line = h(
    "tr",
    {
      ...{ "data-row": i, "data-focus": `row-${i}`, tabindex: "0", "aria-selected": String(chosen) },
      ...{ title: row.said, onclick: act },
      onkeydown: (event) => {
        if (event.target !== line || ![" ", "Enter"].includes(event.key)) return;
        event.preventDefault();
        act();
      },
    },
    row.cells.map((cell, at) =>
      h(
        "td",
        { class: guantu.cellKind(cell), "data-title": asked.columns[at].title },
        guantu.askedCell(page, cell),
      ),
    ),
  );
  if (!chosen) return [line];
  return [
    line,
    h("tr", { class: "more" }, h("td", { colspan: row.cells.length }, guantu.askedMore(page, row))),
  ];
};

guantu.cellKind = (cell) =>
  cell.thing || cell.things
    ? "thing"
    : cell.sure
      ? "how-sure"
      : cell.n !== undefined && cell.text
        ? "number"
        : null;

guantu.askedCell = function (page, cell) {
  const { h } = guantu,
    { symbology } = page.config;
  if (cell.thing) {
    const item = guantu.itemOf(page, cell.thing);
    return item
      ? [guantu.symbolOf(page, cell.thing, item), guantu.shortName(page.of(item.name))]
      : cell.thing[1];
  }
  if (cell.things) return cell.things.map((thing) => h("div", {}, guantu.askedCell(page, { thing })));
  if (cell.sure)
    return h(
      "span",
      { class: "sure" },
      guantu.sureSample(page, cell.sure),
      page.asked.words[`sure-${cell.sure}`],
    );
  if (cell.code) return [guantu.codeSign(page, cell.code), cell.text];
  // A number stays with its unit.
  if (!cell.share) return cell.text.replace(/ (?=k?m\b)/g, "\u00a0");
  const [part, whole] = cell.share,
    fill = h("span", { class: "share-part" });
  fill.style.width = `${(100 * part) / Math.max(1, whole)}%`;
  fill.style.background = symbology.stage[page.asked.built].color;
  return h("span", { class: "share" }, h("span", { class: "share-bar" }, fill), `${part} / ${whole}`);
};
// A name without what stands in brackets behind it: the sentence of the row has the whole.
guantu.shortName = (name) => name.replace(/\s*[（(][^（()）]*[)）]$/, "");
// The marker of a row as it stands on the map; of a measure the sign of its outcome.
guantu.symbolOf = function (page, [, id], item) {
  const { layer, find } = page.view,
    f = find(id);
  if (item.outcome) return guantu.swatch(page, item.outcome);
  if (f === undefined || layer.data.context[f]) return "";
  const { letter, letters, hollow } = layer.data,
    word = letters[page.langs[page.lang]][letter[f]],
    look = layer.looks[layer.stage[f]],
    image = layer.symbols.sprite(look, 17, word, hollow[f] === 1, layer.ground.edge);
  return guantu.copyOf(page, image);
};
guantu.copyOf = function (page, image) {
  const copy = guantu.h("canvas", { width: image.width, height: image.height, class: "symbol" });
  copy.style.width = copy.style.height = `${image.width / page.view.layer.symbols.ratio}px`;
  copy.getContext("2d").drawImage(image, 0, 0);
  return copy;
};
// A stage as its marker, an outcome as its sign.
guantu.codeSign = function (page, code) {
  const { symbols, ground } = page.view.layer,
    look = page.config.symbology.stage[code];
  if (!look) return guantu.swatch(page, code);
  return guantu.copyOf(page, symbols.sprite(look, 15, "", false, ground.edge));
};
guantu.itemOf = (page, [table, id]) => page.bundle[table].find((row) => row.id === id);

// The sentence of a row, and its cards: here on the map, or in a tab of their own.
guantu.askedMore = function (page, row) {
  const { h } = guantu,
    cards = [...row.cards, ...row.agencies.map((id) => ["agencies", id])];
  const links = cards.map(([table, id]) => {
    const at = page.bundle[table].findIndex((item) => item.id === id);
    if (at < 0) return null;
    const selected = { table, row: at },
      address = `?${guantu.stateText({ ...page, elsewhere: "", selected, table: "" })}`;
    return h(
      "a",
      {
        href: address,
        onclick: (event) => {
          event.stopPropagation();
          if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
          event.preventDefault();
          page.set({ elsewhere: "", selected });
        },
      },
      page.of(page.bundle[table][at].name),
    );
  });
  return [h("p", {}, row.said), h("p", { class: "cards" }, h("b", {}, page.asked.words["on-map"]), links)];
};
