// The strip diagram: a line from its beginning to its end, with all that stands at either side of it.
"use strict";

guantu.STRIP_LABEL = 38; // pixels that the words of one thing need
guantu.STRIP_LANES = 4;

guantu.stripChart = function (page, chart, width) {
  const { words } = page.asked,
    { SURE } = guantu,
    axis = Math.round(width / 2),
    sides = guantu.stripSides(chart.items),
    fullest = Math.max(sides.left.length, sides.right.length),
    high = Math.max(340, Math.min(4000, fullest * guantu.STRIP_LABEL + 20)),
    top = 30,
    y = (metres) => top + (high * Math.max(0, Math.min(chart.long, metres))) / chart.long,
    ticks = guantu
      .ticks(chart.long / 1000, Math.max(4, Math.round(high / 90)))
      .filter((km) => km * 1000 <= chart.long);
  const grid = ticks.map((km) => [
    guantu.svg("line", { class: "grid", x1: axis - 24, x2: axis + 24, y1: y(km * 1000), y2: y(km * 1000) }),
    guantu.svg(
      "text",
      { class: "tick on-axis", x: axis, y: y(km * 1000) + 4, "text-anchor": "middle" },
      String(+km.toFixed(1)),
    ),
  ]);
  const ends = [
    guantu.svg(
      "text",
      { class: "end", x: axis, y: 16, "text-anchor": "middle" },
      guantu.fitted(chart.name, width - 20),
    ),
    guantu.svg("line", { class: "axis", x1: axis, x2: axis, y1: top, y2: top + high }),
    guantu.svg("path", { class: "arrow-end", d: `M${axis - 7} ${top + high}h14l-7 11z` }),
    guantu.svg(
      "text",
      { class: "tick", x: axis, y: top + high + 27, "text-anchor": "middle" },
      `${(chart.long / 1000).toFixed(1)} km`,
    ),
    guantu.svg("text", { class: "side", x: 2, y: 16 }, words.left),
    guantu.svg("text", { class: "side", x: width - 2, y: 16, "text-anchor": "end" }, words.right),
  ];
  const marks = ["left", "right"].flatMap((side) =>
    guantu.stripSide(page, sides[side], { axis, width, top, high, y, way: side === "left" ? -1 : 1 }),
  );
  const keys = SURE.filter((sure) => chart.items.some((item) => item.sure === sure)).map((sure) => [
    guantu.sureSample(page, sure),
    words[`sure-${sure}`],
  ]);
  return guantu.figureOf(
    words["chart-strip"],
    words["strip-hint"],
    keys,
    guantu.canvasOf(width, top + high + 34, words["chart-strip"], grid, ends, marks),
  );
};

// What stands on which side; what meets the line, where there is more room.
guantu.stripSides = function (items) {
  const sides = { left: [], right: [] };
  for (const item of items) if (sides[item.side]) sides[item.side].push(item);
  for (const item of items)
    if (!sides[item.side]) (sides.left.length <= sides.right.length ? sides.left : sides.right).push(item);
  for (const list of Object.values(sides)) list.sort((a, b) => a.at + a.to - b.at - b.to || a.row - b.row);
  return sides;
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

guantu.stripSide = function (page, items, { axis, width, top, high, y, way }) {
  const middle = (item) => y((item.at + item.to) / 2),
    heights = guantu.spread(items.map(middle), guantu.STRIP_LABEL, top + 14, top + high - 18),
    lanes = [];
  return items.map((item, i) => {
    const error = item.error ?? 0,
      from = y(item.at - error),
      to = y(item.to + error);
    // Stretches that overlap lie beside each other.
    let lane = lanes.findIndex((end) => end < from - 2);
    if (lane < 0) lane = lanes.length < guantu.STRIP_LANES ? lanes.length : guantu.STRIP_LANES - 1;
    lanes[lane] = Math.max(lanes[lane] || 0, to);
    const at = axis + way * (20 + lane * 8),
      edge = axis + way * (20 + guantu.STRIP_LANES * 8 + 14),
      item_ = page.bundle.features.find((row) => row.id === item.id),
      look = page.config.symbology.stage[item_?.stage] || page.config.symbology.muted,
      pen = guantu.askedPen(page, item.sure),
      room = width / 2 - Math.abs(edge - axis) - 8,
      anchor = way < 0 ? "end" : "start",
      begins = y(item.at),
      long = y(item.to) - begins;
    return guantu.rowMark(
      page,
      item.row,
      page.asked.rows[item.row].said,
      guantu.svg("rect", {
        ...{ class: "hit", x: way < 0 ? 0 : edge, y: heights[i] - 14 },
        ...{ width: width / 2 - Math.abs(edge - axis), height: guantu.STRIP_LABEL - 2 },
      }),
      guantu.svg("line", {
        ...{ x1: at, x2: at, y1: from, y2: to, stroke: pen.color },
        ...{ "stroke-width": 1.5, "stroke-dasharray": pen.dashArray },
      }),
      long > 8
        ? guantu.svg("rect", { x: at - 3, y: begins, width: 6, height: long, rx: 2, fill: look.color })
        : guantu.svg("circle", { class: "spot", cx: at, cy: middle(item), r: 5, fill: look.color }),
      item.side === "on" &&
        guantu.svg("line", { class: "meets", x1: axis, x2: at, y1: middle(item), y2: middle(item) }),
      guantu.svg("path", {
        class: "leader",
        d: `M${at + way * 6} ${middle(item)}L${edge - way * 6} ${heights[i]}H${edge - way * 2}`,
      }),
      guantu.svg(
        "text",
        { class: "name", x: edge, y: heights[i] + 3, "text-anchor": anchor },
        guantu.fitted(guantu.nameOf(page, item.id), room),
      ),
      guantu.svg(
        "text",
        { class: "about", x: edge, y: heights[i] + 18, "text-anchor": anchor },
        guantu.fitted(guantu.stripWords(page, item), room, 12),
      ),
    );
  });
};
guantu.stripWords = function (page, item) {
  const { columns, rows } = page.asked,
    cell = (key) => rows[item.row].cells[columns.findIndex((column) => column.key === key)].text;
  return [`${cell("reach")} km`, item.side === "on" ? cell("side") : cell("far"), item.lies]
    .filter(Boolean)
    .join(" · ");
};
