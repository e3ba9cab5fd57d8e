// The strip diagram: a line from its beginning to its end, with all that stands at either side of it.
"use strict";

guantu.STRIP_LABEL = 38; // pixels that the words of one thing need
guantu.STRIP_LANES = 4;

// Where its parts stand; narrow, all words stand right of the line.
guantu.stripPlan = function (chart, width) {
  const isNarrow = width < guantu.NARROW,
    items = guantu.stripSides(chart.items),
    lists = isNarrow ? [items] : [-1, 1].map((way) => items.filter((item) => item.way === way)),
    fullest = Math.max(...lists.map((list) => list.length)),
    high = Math.max(340, Math.min(6000, fullest * guantu.STRIP_LABEL + 20)),
    reach = 20 + guantu.STRIP_LANES * 8 + 14,
    axis = isNarrow ? reach - 8 : Math.round(width / 2),
    top = 30;
  const y = (metres) => top + (high * Math.max(0, Math.min(chart.long, metres))) / chart.long;
  return { isNarrow, lists, high, reach, axis, top, y, width };
};

guantu.stripChart = function (page, chart, width) {
  const { words } = page.asked,
    plan = guantu.stripPlan(chart, width),
    { isNarrow, lists, high, axis, top, y } = plan;
  const ticks = guantu
    .ticks(chart.long / 1000, Math.max(4, Math.round(high / 90)))
    .filter((km) => km * 1000 <= chart.long);
  const grid = ticks.map((km) =>
    guantu.svg("line", { class: "grid", x1: axis - 24, x2: axis + 24, y1: y(km * 1000), y2: y(km * 1000) }),
  );
  const numbers = ticks.map((km) =>
    guantu.svg(
      "text",
      { class: "tick on-axis", x: axis, y: y(km * 1000) + 4, "text-anchor": "middle" },
      String(+km.toFixed(1)),
    ),
  );
  const ends = [
    guantu.svg(
      "text",
      { class: "end", x: isNarrow ? width : axis, y: 16, "text-anchor": isNarrow ? "end" : "middle" },
      guantu.fitted(chart.name, isNarrow ? width - 2 * axis - 30 : width - 130),
    ),
    guantu.svg("line", { class: "axis", x1: axis, x2: axis, y1: top, y2: top + high }),
    guantu.svg("path", { class: "arrow-end", d: `M${axis - 7} ${top + high}h14l-7 11z` }),
    guantu.svg(
      "text",
      { class: "tick", x: axis, y: top + high + 27, "text-anchor": "middle" },
      `${(chart.long / 1000).toFixed(1)} km`,
    ),
    guantu.svg("text", { class: "side", x: 2, y: 16 }, words.left),
    guantu.svg(
      "text",
      { class: "side", x: isNarrow ? 2 * axis + 20 : width - 2, y: 16, "text-anchor": "end" },
      words.right,
    ),
  ];
  return guantu.figureOf(
    words["chart-strip"],
    words["strip-hint"],
    guantu.sureKey(page, chart.items),
    guantu.canvasOf(
      width,
      top + high + 34,
      words["chart-strip"],
      grid,
      ends,
      numbers,
      lists.flatMap((list) => guantu.stripList(page, list, plan)),
    ),
  );
};

// By chainage, each with its side (-1 left, 1 right); what meets the line stands where there is more room.
guantu.stripSides = function (items) {
  const count = { "-1": 0, 1: 0 },
    ways = { left: -1, right: 1 };
  for (const { side } of items) if (ways[side]) count[ways[side]]++;
  return items
    .map((item) => {
      const way = ways[item.side] || (count[-1] <= count[1] ? -1 : 1);
      if (!ways[item.side]) count[way]++;
      return { ...item, way };
    })
    .sort((a, b) => a.at + a.to - b.at - b.to || a.row - b.row);
};

// Heights of words that do not cover each other, each as near as can be to where it wants to be.
guantu.spread = function (wanted, least, top, bottom) {
  const places = [];
  wanted.forEach((place, i) => places.push(Math.max(place, i ? places[i - 1] + least : top)));
  let limit = bottom;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.max(top, Math.min(places[i], limit));
    limit = places[i] - least;
  }
  return places;
};

// Lanes beside the line: stretches that overlap lie beside each other.
guantu.laneOf = function (lanes, from, to) {
  let lane = lanes.findIndex((end) => end < from - 2);
  if (lane < 0) lane = Math.min(lanes.length, guantu.STRIP_LANES - 1);
  lanes[lane] = Math.max(lanes[lane] || 0, to);
  return lane;
};

guantu.stripList = function (page, items, plan) {
  const { top, high, y } = plan,
    middles = items.map((item) => y((item.at + item.to) / 2)),
    heights = guantu.spread(middles, guantu.STRIP_LABEL, top + 14, top + high - 18),
    lanes = { "-1": [], 1: [] };
  return items.map((item, i) => {
    const from = y(item.at - (item.error ?? 0)),
      to = y(item.to + (item.error ?? 0)),
      x = plan.axis + item.way * (20 + guantu.laneOf(lanes[item.way], from, to) * 8);
    return guantu.rowMark(
      page,
      item.row,
      page.asked.rows[item.row].said,
      guantu.stripName(page, item, { plan, x, middle: middles[i], height: heights[i] }),
      guantu.stripStretch(page, item, { plan, x, middle: middles[i], from, to }),
    );
  });
};

// The stretch that a thing has along the line, in the colour of its stage, and how far it may be off.
guantu.stripStretch = function (page, item, { plan, x, middle, from, to }) {
  const { stage, muted } = page.config.symbology,
    feature = page.bundle.features.find((row) => row.id === item.id),
    { color } = stage[feature?.stage] || muted,
    pen = guantu.findingPen(page, item.sure),
    begin = plan.y(item.at),
    long = plan.y(item.to) - begin;
  return [
    guantu.svg("line", {
      ...{ x1: x, x2: x, y1: from, y2: to, stroke: pen.color },
      ...{ "stroke-width": 1.5, "stroke-dasharray": pen.dashArray },
    }),
    item.side === "on" &&
      guantu.svg("line", { class: "meets", x1: plan.axis, x2: x, y1: middle, y2: middle }),
    long > 8
      ? guantu.svg("rect", { x: x - 3, y: begin, width: 6, height: long, rx: 2, fill: color })
      : guantu.svg("circle", { class: "spot", cx: x, cy: middle, r: 5, fill: color }),
  ];
};
guantu.stripName = function (page, item, { plan, x, middle, height }) {
  const way = plan.isNarrow ? 1 : item.way,
    edge = plan.axis + way * plan.reach,
    room = (way < 0 ? edge : plan.width - edge) - 8,
    anchor = way < 0 ? "end" : "start";
  return [
    guantu.svg("rect", {
      ...{ class: "hit", x: way < 0 ? 0 : edge, y: height - 14 },
      ...{ width: room + 8, height: guantu.STRIP_LABEL - 2 },
    }),
    guantu.svg("path", {
      class: "leader",
      d: `M${x + way * 6} ${middle}L${edge - way * 6} ${height}H${edge - way * 2}`,
    }),
    guantu.svg(
      "text",
      { class: "name", x: edge, y: height + 3, "text-anchor": anchor },
      guantu.fitted(guantu.nameOf(page, item.id), room),
    ),
    guantu.svg(
      "text",
      { class: "about", x: edge, y: height + 18, "text-anchor": anchor },
      guantu.fitted(guantu.stripWords(page, item), room, 12),
    ),
  ];
};
guantu.stripWords = function (page, item) {
  const { columns, rows } = page.asked,
    cell = (key) => rows[item.row].cells[columns.findIndex((column) => column.key === key)].text;
  return [`${cell("reach")} km`, item.side === "on" ? cell("side") : cell("far"), item.lies]
    .filter(Boolean)
    .join(" · ");
};
