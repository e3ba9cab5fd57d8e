// The charts of an answer that have years: the works of pairs, and how many works there were at once.
"use strict";

guantu.yearOf = (day) => Number(day.slice(0, 4)) + (Number(day.slice(5, 7)) - 1) / 12;

// The works of each pair, one bar under the other, with the time in which both are on.
guantu.pairsChart = function (page, chart, width) {
  const { words } = page.asked,
    { stage } = page.config.symbology,
    days = chart.items.flatMap((item) =>
      item.works.flatMap((each) => [each.begin, each.since].filter(Boolean)),
    ),
    first = Math.floor(Math.min(guantu.yearOf(chart.today) - 1, ...days.map(guantu.yearOf))),
    last = Math.ceil(guantu.yearOf(chart.today) + 1),
    left = guantu.namesWide(width),
    right = width - 12,
    x = (year) => left + ((right - left) * (year - first)) / (last - first),
    tall = (item) => item.works.length * 22 + 14,
    high = chart.items.reduce((sum, item) => sum + tall(item), 0),
    step = [1, 2, 5, 10].find((each) => (last - first) / each <= Math.max(3, (right - left) / 52)) || 20,
    now = guantu.yearOf(chart.today);
  const years = [];
  for (let year = Math.ceil(first / step) * step; year <= last; year += step) years.push(year);
  const grid = years.map((year) => [
    guantu.svg("line", { class: "grid", x1: x(year), x2: x(year), y1: 0, y2: high }),
    guantu.svg("text", { class: "tick", x: x(year), y: high + 16, "text-anchor": "middle" }, String(year)),
  ]);
  const bar = (works, y) => {
    const isAhead = !works.begin,
      begin = guantu.yearOf(works.begin || works.since || chart.today),
      end = works.end ? guantu.yearOf(works.end) : now,
      colour = stage[isAhead ? chart.ahead : chart.works].color;
    return [
      guantu.svg(
        "text",
        { x: left - 10, y: y + 14, "text-anchor": "end" },
        guantu.fitted(guantu.nameOf(page, works.id), left - 14),
      ),
      guantu.svg("rect", {
        ...{ x: x(begin), y: y + 2, width: Math.max(3, x(end) - x(begin)), height: 15, rx: 2 },
        ...{ fill: isAhead ? "none" : colour, stroke: colour, "stroke-width": isAhead ? 2 : 0 },
        ...{ "stroke-dasharray": isAhead ? "4 3" : null },
      }),
    ];
  };
  let below = 0;
  const marks = chart.items.map((item) => {
    const y = below,
      begins = item.works.map((works) => works.begin && guantu.yearOf(works.begin)),
      ends = item.works.map((works) => (works.end ? guantu.yearOf(works.end) : now)),
      from = Math.max(...begins.map((begin) => begin || Infinity)),
      to = Math.min(...ends);
    below += tall(item);
    return guantu.rowMark(
      page,
      item.row,
      page.asked.rows[item.row].said,
      guantu.svg("rect", { class: "hit", x: 0, y, width, height: tall(item) - 8 }),
      from < to &&
        guantu.svg("rect", { class: "both", x: x(from), y, width: x(to) - x(from), height: tall(item) - 10 }),
      item.works.map((works, i) => bar(works, y + 2 + 22 * i)),
    );
  });
  const keys = [
    [guantu.boxSign(stage[chart.works].color), words["all-works"]],
    [guantu.boxSign("none", { stroke: stage[chart.ahead].color, "stroke-width": 3 }), words.ahead],
    [guantu.h("i", { class: "both-sign" }), words["pairs-hint"]],
    [guantu.h("i", { class: "limit-sign" }), words.today],
  ];
  return guantu.figureOf(
    words["chart-pairs"],
    "",
    keys,
    guantu.canvasOf(
      width,
      high + 22,
      words["chart-pairs"],
      grid,
      marks,
      guantu.svg("line", { class: "limit", x1: x(now), x2: x(now), y1: 0, y2: high }),
    ),
  );
};

// How many works were on in each year, by group: a table of shades with its numbers.
guantu.yearsChart = function (page, chart, width) {
  const { h } = guantu,
    { words } = page.asked,
    colour = page.config.symbology.stage[chart.works].color,
    most = Math.max(...chart.lines.flatMap((line) => line.n)),
    // As many years as have room, the last ones.
    room = Math.max(4, Math.floor((width - guantu.namesWide(width)) / 29)),
    from = Math.max(0, chart.years.length - room),
    cell = (n, whole) => {
      const node = h("td", {}, n ? String(n) : "");
      const share = n / whole;
      if (n) {
        node.style.background = `color-mix(in srgb, ${colour} ${Math.round(18 + 82 * share)}%, transparent)`;
        node.className = share > 0.4 ? "strong" : "";
      }
      return node;
    },
    row = (title, values, whole, at) =>
      h(
        "tr",
        at === undefined
          ? { class: "total" }
          : {
              class: page.asked.row === at ? "chosen" : null,
              onclick: () => guantu.chooseAsked(page, at, "chart"),
            },
        h("th", { scope: "row", title }, title),
        values.slice(from).map((n) => cell(n, whole)),
      );
  const table = h(
    "table",
    { class: "years" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td"),
        chart.years
          .slice(from)
          .map((year) => h("th", { scope: "col", title: String(year) }, String(year).slice(2))),
      ),
    ),
    h(
      "tbody",
      {},
      chart.lines.length > 1 && row(words["chart-total"], chart.total, Math.max(...chart.total)),
      chart.lines.map((line) => row(line.title, line.n, most, line.row)),
    ),
  );
  const span = `${chart.years[from]}–${chart.years.at(-1)}`;
  return guantu.figureOf(`${words["chart-years"]} ${span}`, words["chart-years-hint"], [], table);
};
