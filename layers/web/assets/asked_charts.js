// The charts of an answer: those of distances, of groups and of changes.
"use strict";

guantu.CHARTS = {
  strip: (page, chart, width) => guantu.stripChart(page, chart, width),
  distances: (page, chart, width) => guantu.distanceChart(page, chart, width),
  groups: (page, chart, width) => guantu.groupCharts(page, chart, width),
  pairs: (page, chart, width) => guantu.pairsChart(page, chart, width),
  turns: (page, chart, width) => guantu.turnCharts(page, chart, width),
};
guantu.drawCharts = function (page, box) {
  const { chart } = page.asked;
  box.drawnWidth = box.clientWidth;
  box.replaceChildren(...[guantu.CHARTS[chart.kind](page, chart, Math.max(280, box.clientWidth))].flat());
};

// A chart with its title and its key; `items` are sign and words.
guantu.figureOf = (title, hint, items, ...drawing) =>
  guantu.h(
    "figure",
    {},
    guantu.h("figcaption", {}, guantu.h("h4", {}, title), hint && guantu.h("p", {}, hint)),
    items.length > 0 &&
      guantu.h(
        "p",
        { class: "signs" },
        items.map(([sign, words]) => guantu.h("span", {}, sign, words)),
      ),
    drawing,
  );
guantu.canvasOf = (width, height, label, ...children) =>
  guantu.svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label },
    children,
  );
guantu.boxSign = (colour, more = {}) =>
  guantu.svg(
    "svg",
    { viewBox: "0 0 14 10", width: 14, height: 10, "aria-hidden": "true" },
    guantu.svg("rect", { width: 14, height: 10, fill: colour, ...more }),
  );

// A part of a chart that stands for a row: chosen like the row itself.
guantu.rowMark = (page, row, words, ...children) =>
  guantu.svg(
    "g",
    {
      ...{ class: `mark${page.asked.row === row ? " chosen" : ""}`, "data-row": row },
      onclick: () => guantu.chooseAsked(page, row, "chart"),
    },
    guantu.svg("title", {}, words),
    children,
  );

// A text that fits: cut with a sign where it must be.
guantu.fitted = function (text, width, size = 13) {
  const context = (guantu.ruler ??= document.createElement("canvas").getContext("2d"));
  context.font = `${size}px ${guantu.FONT}`;
  if (context.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end -= 1;
  return `${text.slice(0, end)}…`;
};

// Round values from 0 to at least `most`, at most `n` steps.
guantu.ticks = function (most, n = 5) {
  const raw = Math.max(most, 1e-9) / n,
    unit = 10 ** Math.floor(Math.log10(raw)),
    step = [1, 2, 5, 10].find((each) => each * unit >= raw) * unit;
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => +(i * step).toPrecision(12));
};
guantu.kmWords = (metres) => `${+(metres / 1000).toFixed(metres < 1000 ? 2 : 1)}`;

// Words beside a horizontal chart, and where its drawing begins.
guantu.LINE_HIGH = 26;
guantu.namesWide = (width) => Math.min(240, Math.round(width * 0.38));

guantu.sureKey = function (page, items) {
  const { words } = page.asked;
  return guantu.SURE.filter((sure) => items.some((item) => item.sure === sure)).map((sure) => [
    guantu.sureSample(page, sure),
    words[`sure-${sure}`],
  ]);
};

guantu.nameOf = (page, id) =>
  guantu.shortName(page.of(page.bundle.features.find((row) => row.id === id)?.name || [id, id]));

// Up to where a chart of distances goes: what lies far beyond the others is told at its edge.
guantu.farthest = function (items, limit) {
  const all = items.map((item) => item.at).sort((a, b) => a - b),
    usual = limit || all[Math.floor((all.length - 1) * 0.75)],
    most = Math.max(usual, ...all.filter((at) => at <= 2.5 * usual));
  return 1.15 * most || 1000;
};

// How far each is, from the least to the most that it can be.
guantu.distanceChart = function (page, chart, width) {
  const { words } = page.asked,
    items = [...chart.items].sort((a, b) => a.at - b.at),
    left = guantu.namesWide(width),
    right = width - 20,
    ticks = guantu.ticks(guantu.farthest(items, chart.limit) / 1000).map((km) => km * 1000),
    most = ticks.at(-1),
    x = (metres) => left + ((right - left) * Math.min(metres, most)) / most,
    high = items.length * guantu.LINE_HIGH;
  const grid = ticks.map((tick) => [
    guantu.svg("line", { class: "grid", x1: x(tick), x2: x(tick), y1: 0, y2: high }),
    guantu.svg(
      "text",
      { class: "tick", x: x(tick), y: high + 16, "text-anchor": "middle" },
      guantu.kmWords(tick),
    ),
  ]);
  const marks = items.map((item, i) => {
    const y = (i + 0.5) * guantu.LINE_HIGH,
      pen = guantu.findingPen(page, item.sure),
      isBeyond = item.at > most,
      name = guantu.nameOf(page, item.from);
    return guantu.rowMark(
      page,
      item.row,
      page.asked.rows[item.row].said,
      guantu.svg("rect", { class: "hit", x: 0, y: y - 13, width, height: 26 }),
      guantu.svg("text", { x: left - 10, y: y + 4.5, "text-anchor": "end" }, guantu.fitted(name, left - 14)),
      !isBeyond &&
        guantu.svg("line", {
          ...{ x1: x(item.low), x2: x(item.high ?? most), y1: y, y2: y, stroke: pen.color },
          ...{ "stroke-width": pen.weight, "stroke-dasharray": pen.dashArray },
        }),
      isBeyond
        ? guantu.svg(
            "text",
            { class: "value", x: right, y: y + 4.5, "text-anchor": "end" },
            `${guantu.kmWords(item.at)} km →`,
          )
        : guantu.svg("circle", { class: "dot", cx: x(item.at), cy: y, r: 5, stroke: pen.color }),
    );
  });
  const limit =
    chart.limit &&
    guantu.svg("line", { class: "limit", x1: x(chart.limit), x2: x(chart.limit), y1: 0, y2: high });
  const keys = guantu.sureKey(page, items);
  if (chart.limit)
    keys.push([guantu.h("i", { class: "limit-sign" }), `${words.limit}${guantu.kmWords(chart.limit)} km`]);
  return guantu.figureOf(
    words["chart-distances"],
    words["distances-hint"],
    keys,
    guantu.canvasOf(width, high + 22, words["chart-distances"], grid, limit, marks),
  );
};

// How many, and how long, by group: what is built within the whole.
guantu.groupCharts = function (page, chart, width) {
  const measures = [
    { head: "chart-count", whole: "n", part: "open", digits: 0 },
    { head: "chart-km", whole: "km", part: "km_open", digits: 1 },
  ].filter(({ whole }) => chart.bars.some((item) => item[whole] > 0));
  // Side by side where there is room.
  const drawn = width < guantu.NARROW ? measures.map((one) => [one]) : [measures];
  return [
    ...drawn.map((columns) => guantu.barChart(page, chart, width, columns)),
    chart.years.length > 0 && guantu.yearsChart(page, chart, width),
  ].filter(Boolean);
};
guantu.NARROW = 480; // pixels of a chart below which it has one column
guantu.barChart = function (page, chart, width, columns) {
  const { words } = page.asked,
    { stage, muted } = page.config.symbology,
    colour = stage[chart.built].color,
    left = guantu.namesWide(width),
    wide = (width - left) / columns.length,
    top = 24;
  const bars = ({ whole, part, digits }, column) => {
    const most = Math.max(...chart.bars.map((item) => item[whole])) || 1,
      from = left + column * wide,
      long = (value) => ((wide - (digits ? 104 : 62)) * value) / most;
    return (item, y) => [
      guantu.svg("rect", { x: from, y, width: long(item[whole]), height: 18, fill: muted.color }),
      guantu.svg("rect", { x: from, y, width: long(item[part]), height: 18, fill: colour }),
      guantu.svg(
        "text",
        { class: "value", x: from + long(item[whole]) + 6, y: y + 13.5 },
        item[whole] > 0 && `${item[part].toFixed(digits)} / ${item[whole].toFixed(digits)}`,
      ),
    ];
  };
  const drawers = columns.map(bars);
  const marks = chart.bars.map((item, i) => {
    const y = top + i * guantu.LINE_HIGH + 4;
    return guantu.rowMark(
      page,
      item.row,
      page.asked.rows[item.row].said,
      guantu.svg("rect", { class: "hit", x: 0, y: y - 4, width, height: 26 }),
      guantu.svg(
        "text",
        { x: left - 10, y: y + 13.5, "text-anchor": "end" },
        guantu.fitted(item.title, left - 14),
      ),
      drawers.map((draw) => draw(item, y)),
    );
  });
  const heads = columns.map(({ head }, i) =>
    guantu.svg("text", { class: "side", x: left + i * wide, y: 14 }, words[head]),
  );
  const keys = [
    [guantu.boxSign(colour), words["in-use"]],
    [guantu.boxSign(muted.color), words["not-in-use"]],
  ];
  return guantu.figureOf(
    words["chart-groups"],
    "",
    keys,
    guantu.canvasOf(width, top + marks.length * guantu.LINE_HIGH, words["chart-groups"], heads, marks),
  );
};

// From which stage or outcome to which, and how many.
guantu.turnCharts = function (page, chart, width) {
  const { words } = page.asked;
  return ["features", "measures"]
    .map((table) => [table, chart.items.filter((item) => item.table === table)])
    .filter(([, items]) => items.length)
    .map(([table, items]) => {
      const title = words[table === "features" ? "chart-turns" : "chart-turns-measures"],
        most = Math.max(...items.map((item) => item.rows.length));
      const rows = items.map(({ before, after, rows: places }) => {
        const fill = guantu.h("span", { class: "turn-bar" });
        fill.style.width = `${Math.max(4, (0.22 * width * places.length) / most)}px`;
        const side = ([code, words_]) => guantu.h("span", {}, guantu.swatch(page, code), words_);
        return guantu.h(
          "button",
          { type: "button", onclick: () => guantu.chooseAsked(page, places[0], "chart") },
          side(before),
          guantu.h("span", { class: "arrow", "aria-hidden": "true" }, "→"),
          side(after),
          guantu.h("span", { class: "turn-n" }, fill, String(places.length)),
        );
      });
      return guantu.figureOf(title, "", [], guantu.h("div", { class: "turns" }, rows));
    });
};
