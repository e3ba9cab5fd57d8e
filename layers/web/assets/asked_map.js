// The answer to a question of place on the map: its features in their looks, its lines by how sure they are.
"use strict";

guantu.SURE = ["certain", "possible", "cannot-tell"];
guantu.AREA_OPACITY = 0.08;

guantu.isAsking = (page) => page.elsewhere === "analyse";
guantu.askedText = (pairs) => new URLSearchParams(pairs).toString();

// What the server says of the question (views/analyse.py); `show` draws the table and the charts.
guantu.takeAsked = function (page, told, show) {
  if (!guantu.isAsking(page)) return;
  const { answer, question, words } = told,
    key = `${guantu.askedText(question)} ${page.day} ${JSON.stringify(page.filter, guantu.listedSets)}`,
    isNew = page.asked?.key !== key;
  page.asked = { ...answer, key, words, show, row: isNew ? -1 : page.asked.row };
  guantu.settleQuestion(page, question, told.acted);
  page.render();
  if (isNew) guantu.fitAsked(page);
  if (told.picking) guantu.startPicking(page, told.picking);
};
guantu.listedSets = (_, value) => (value instanceof Set ? [...value] : value);

// The address takes what the server has made of the question: an act is a step of its own in the history.
guantu.settleQuestion = function (page, question, acted) {
  if (!question.length || guantu.askedText(question) === guantu.askedText(page.question)) return;
  page.quiet = true;
  page.overwrites = !acted;
  page.set({ question });
  page.quiet = page.overwrites = false;
};

// The rows of the features that the answer is about; null where there is no answer to show.
guantu.answered = function (page) {
  if (!guantu.isAsking(page) || !page.asked?.rows) return null;
  const { rows, marks, row: chosen } = page.asked,
    // Under marks with numbers the features would be a crowd: those of the chosen group only.
    told = marks.length ? rows.slice(chosen, chosen + 1).filter(() => chosen >= 0) : rows,
    ids = new Set(told.flatMap((row) => row.on));
  for (const { id } of marks) ids.add(id);
  return guantu.rowsOfIds(page, ids);
};
guantu.rowsOfIds = function (page, ids) {
  const found = [];
  page.bundle.features.forEach((item, row) => ids.has(item.id) && found.push(row));
  return found;
};

// Lines, areas and marks of the answer, drawn anew; taken away where no question is asked.
guantu.renderAsked = function (page) {
  page.askedLayer?.remove();
  page.askedLayer = null;
  guantu.renderAskedKey(page);
  const { layer } = page.view;
  layer.view.discs = guantu.isAsking(page) ? guantu.discsOf(page) : new Map();
  if (!guantu.isAsking(page)) {
    guantu.stopPicking(page);
    return guantu.leaveAsked(page);
  }
  page.before ??= page.view.moved ? { zoom: page.map.getZoom(), center: page.map.getCenter() } : "home";
  if (!page.asked?.rows) return;
  const group = (page.askedLayer = L.layerGroup());
  for (const part of page.asked.wide) group.addLayer(guantu.askedArea(page, part));
  for (const part of page.asked.drawn)
    group.addLayer(L.polyline(part, { ...guantu.findingPen(page, "certain"), interactive: false }));
  for (const line of page.asked.lines) for (const part of guantu.askedLine(page, line)) group.addLayer(part);
  for (const mark of page.asked.marks) group.addLayer(guantu.askedMark(page, mark));
  group.addTo(page.map);
  guantu.markAsked(page);
};
// Back on the map it looks where it looked before the question.
guantu.leaveAsked = function (page) {
  const { before } = page;
  page.before = null;
  if (!before || page.elsewhere) return;
  guantu.measure(page);
  if (page.selected) return void guantu.reveal(page);
  if (before === "home") guantu.goHome(page);
  else guantu.lookAt(page, before);
};

guantu.askedArea = (page, part) =>
  L.polygon(part, {
    ...guantu.findingPen(page, "certain"),
    ...{ weight: 1, fill: true, fillOpacity: guantu.AREA_OPACITY, interactive: false },
    ...{ pane: guantu.findingPane(page, "asked-area", 390), className: "asked-area" },
  });

// A line of a row: to be clicked, and larger while its row is chosen.
guantu.askedLine = function (page, { row, sure, parts }) {
  const isChosen = page.asked.row === row,
    { selected } = page.config.symbology;
  return parts.flatMap((part) => {
    const [edged, seen] = guantu.findingLine(page, part, sure, isChosen ? selected.halo : "", {
      edge: `asked-hit asked-row-${row}`,
      line: `asked-line asked-${sure || "certain"}`,
    });
    edged.on("click", (event) => {
      if (page.picking) return guantu.clickAsked(page, event.latlng);
      guantu.chooseAsked(page, row, "map");
    });
    return [edged, seen];
  });
};

// A group that is a place: as large as what is counted there, for no boundary is drawn.
guantu.askedMark = function (page, { row, id, n }) {
  const chosen = page.asked.row === row,
    { halo } = page.config.symbology.selected,
    pen = guantu.findingPen(page, "certain"),
    at = guantu.placeOf(page, id);
  if (!at) return L.layerGroup();
  const circle = L.circleMarker(at, {
    ...{ ...pen, weight: chosen ? 4 : 1.5, color: chosen ? halo : pen.color },
    ...{ fill: true, fillColor: pen.color, fillOpacity: 0.22, radius: guantu.discRadius(page, n) },
    ...{ className: `asked-mark asked-row-${row}`, bubblingMouseEvents: false },
  });
  circle.bindTooltip(String(n), { permanent: true, direction: "center", className: "asked-count" });
  return circle.on("click", () => guantu.chooseAsked(page, row, "map"));
};
guantu.discRadius = ({ asked }, n) => 6 + 16 * Math.sqrt(n / Math.max(...asked.marks.map((mark) => mark.n)));
// Names keep off the marks.
guantu.discsOf = (page) =>
  new Map((page.asked?.marks || []).map(({ id, n }) => [page.view.find(id), guantu.discRadius(page, n)]));
guantu.placeOf = function (page, id) {
  const { layer } = page.view,
    f = page.view.find(id);
  if (f === undefined) return null;
  const v = guantu.firstVertex(layer.data, f);
  return page.map.unproject(L.point(layer.data.x[v], layer.data.y[v]), 0);
};

// The features of the chosen row stand out.
guantu.markAsked = function (page) {
  const { layer } = page.view,
    row = page.asked.rows[page.asked.row];
  layer.view.selected = -1;
  layer.view.marked = row ? row.on.map(page.view.find).filter((f) => f !== undefined) : [];
  layer.mark();
};

// One row of the answer, or none (-1): chosen in the table or a chart the map goes there.
guantu.chooseAsked = function (page, row, by) {
  if (!page.asked?.rows) return;
  page.asked.row = row === page.asked.row && by !== "map" ? -1 : row;
  if (page.asked.marks.length) guantu.showOnMap(page, guantu.answered(page));
  guantu.renderAsked(page);
  if (by !== "map" && page.asked.row >= 0) guantu.fitAsked(page, page.asked.row);
  page.asked.show(by);
};

// The map goes to the answer, or to one row of it.
guantu.fitAsked = function (page, row = -1) {
  const { asked, view } = page;
  guantu.measure(page);
  if (!asked?.rows) return;
  const lines = asked.lines.filter((line) => row < 0 || line.row === row),
    bounds = L.latLngBounds([]);
  for (const line of lines) for (const part of line.parts) bounds.extend(part);
  for (const part of row < 0 ? [...asked.wide, ...asked.drawn] : []) bounds.extend(part);
  const ids = row < 0 ? asked.rows.flatMap((each) => each.on) : asked.rows[row].on,
    near = ids
      .map(view.find)
      .filter((f) => f !== undefined && (row >= 0 || view.layer.data.near[f]))
      // A line of the answer says where; a long feature would lead away from it.
      .filter((f) => !lines.length || view.layer.data.kind[f] === 0);
  const box = guantu.boundsOf(view.layer, near);
  if (box) bounds.extend(box);
  if (bounds.isValid()) guantu.lookAt(page, { bounds: bounds.pad(0.1), maxZoom: 14 });
};

// The rows that are about some features, those about the first ones first.
guantu.rowsAbout = (rows, ids) => [
  ...new Set(ids.flatMap((id) => rows.flatMap((row, i) => (row.on.includes(id) ? [i] : [])))),
];

// What a click on the map means while a question is asked; nothing where none is.
guantu.clickAsked = function (page, latlng) {
  if (!guantu.isAsking(page)) return false;
  if (page.picking) return guantu.pickAt(page, latlng);
  if (!page.asked?.rows) return true;
  const { layer } = page.view,
    ids = layer.hits(latlng, page.coarse ? 16 : 9).map((f) => layer.data.ids[f]),
    rows = guantu.rowsAbout(page.asked.rows, ids);
  if (ids.length && !rows.length) page.tell(page.asked.words["not-in-answer"]);
  guantu.chooseAsked(page, rows.length ? rows[(rows.indexOf(page.asked.row) + 1) % rows.length] : -1, "map");
  return true;
};

// What the lines mean, on the map itself.
guantu.renderAskedKey = function (page) {
  document.getElementById("asked-key")?.remove();
  const { h } = guantu,
    { asked } = page;
  if (!guantu.isAsking(page) || !asked?.rows?.length) return;
  const kinds = guantu.SURE.filter((sure) => asked.lines.some((line) => line.sure === sure)),
    items = kinds.map((sure) => [guantu.sureSample(page, sure), asked.words[`sure-${sure}`]]);
  if (asked.wide.length) items.push([h("i", { class: "asked-wide" }), asked.words["within-width"]]);
  if (asked.marks.length) items.push([h("i", { class: "asked-dot" }), asked.words["marks-key"]]);
  if (!items.length) return;
  page.map.getContainer().append(
    h(
      "div",
      { id: "asked-key", "aria-label": asked.words.key },
      items.map(([sign, words]) => h("span", {}, sign, words)),
    ),
  );
};
