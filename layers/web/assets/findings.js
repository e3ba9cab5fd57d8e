// Lines of the answer to a question of place, by how sure they are: in the app, and in a chapter of the file.
"use strict";

guantu.findingPane = function (page, name, z) {
  const { map } = page;
  if (!map.getPane(name)) map.createPane(name).style.zIndex = z;
  return name;
};
guantu.findingPen = function (page, sure) {
  const { finding, ground } = page.config.symbology,
    { dash, width } = finding[sure || "certain"];
  return {
    ...{ color: ground[page.theme].found, weight: width, dashArray: dash.join(" "), opacity: 1 },
    ...{ lineCap: "butt", fill: false, pane: guantu.findingPane(page, "findings", 450) },
  };
};
// A line with its edge; a ring where both ends meet, or it is a point. A chosen one is lit by its edge.
guantu.findingLine = function (page, part, sure, lit = "", names = { edge: "", line: "" }) {
  const { halo } = page.config.symbology.ground[page.theme],
    pen = guantu.findingPen(page, sure),
    isPoint = part.length < 2 || page.map.distance(part[0], part.at(-1)) < 1;
  const draw = (style) =>
    isPoint ? L.circleMarker(part[0], { ...style, radius: lit ? 11 : 8 }) : L.polyline(part, { ...style });
  return [
    draw({
      ...{ ...pen, dashArray: "", color: lit || halo, weight: pen.weight + (lit ? 8 : 4) },
      ...{ bubblingMouseEvents: false, className: names.edge },
    }),
    draw({ ...pen, interactive: false, className: names.line || `finding finding-${sure}` }),
  ];
};

// The sign of how sure a finding is: a line, as on the map.
guantu.sureSample = function (page, sure) {
  const pen = guantu.findingPen(page, sure);
  return guantu.svg(
    "svg",
    { viewBox: "0 0 30 10", width: 30, height: 10, class: "sure-sample", "aria-hidden": "true" },
    guantu.svg("line", {
      ...{ x1: 1, x2: 29, y1: 5, y2: 5, stroke: pen.color },
      ...{ "stroke-width": pen.weight, "stroke-dasharray": pen.dashArray },
    }),
  );
};
