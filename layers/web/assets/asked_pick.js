// A click on the map answers what a question needs: a feature that is picked, or a line that is drawn.
"use strict";

guantu.POINTS = 100; // of a drawn line, as in views/analyse_question.py

guantu.startPicking = function (page, { name, what }) {
  guantu.stopPicking(page);
  const { map } = page,
    box = map.getContainer(),
    draws = what === "line";
  page.picking = { name, what, points: [], line: null, keys: (event) => guantu.pickKeys(page, event) };
  if (draws) {
    page.picking.line = L.polyline([], { ...guantu.findingPen(page, "certain"), interactive: false }).addTo(
      map,
    );
    map.doubleClickZoom.disable();
    page.picking.ends = () => guantu.endLine(page);
    map.on("dblclick", page.picking.ends);
  }
  box.addEventListener("keydown", page.picking.keys, true);
  window.parent.document.addEventListener("keydown", page.picking.keys, true);
  box.style.cursor = "crosshair";
  document.body.dataset.picking = "yes";
  page.tell(page.asked.words[draws ? "draw-line" : `pick-${what === "place" ? "place" : "feature"}`], true);
  window.focus();
  box.focus();
};

guantu.stopPicking = function (page) {
  const { picking, map } = page;
  if (!picking) return false;
  picking.line?.remove();
  if (picking.ends) {
    map.off("dblclick", picking.ends);
    map.doubleClickZoom.enable();
  }
  map.getContainer().removeEventListener("keydown", picking.keys, true);
  window.parent.document.removeEventListener("keydown", picking.keys, true);
  map.getContainer().style.cursor = "";
  delete document.body.dataset.picking;
  page.picking = null;
  page.tell("");
  return true;
};

// Enter takes what is under the cross or ends a line, the space bar sets a point there, Escape gives up.
guantu.pickKeys = function (page, event) {
  const { picking } = page,
    act = {
      Escape: () => guantu.stopPicking(page),
      Enter: () => (picking.line ? guantu.endLine(page) : guantu.pickAt(page, page.map.getCenter())),
      " ": () => picking.line && guantu.pickAt(page, page.map.getCenter()),
    }[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
};

guantu.pickAt = function (page, latlng) {
  const { picking } = page,
    { layer } = page.view;
  if (picking.line) {
    if (picking.points.length < guantu.POINTS) picking.points.push(latlng);
    picking.line.setLatLngs(picking.points);
    return true;
  }
  const found = layer.hits(latlng, page.coarse ? 16 : 9);
  if (!found.length) page.tell(page.asked.words["pick-none"], true);
  else guantu.answerPick(page, picking.name, layer.data.ids[found[0]]);
  return true;
};

guantu.endLine = function (page) {
  const text = guantu.lineText(page.picking.points);
  if (text.includes(";")) guantu.answerPick(page, "line", text);
  else page.tell(page.asked.words["draw-line"], true);
};
// A line as the address has it: longitude and latitude, each point once in a row.
guantu.lineText = (points) =>
  points
    .map(({ lat, lng }) => `${lng.toFixed(5)},${lat.toFixed(5)}`)
    .filter((point, i, all) => point !== all[i - 1])
    .join(";");

// The question with one value more: the page asks the server as if it had been typed.
guantu.answerPick = function (page, name, value) {
  guantu.stopPicking(page);
  const other = { line: "feature", feature: "line" }[name];
  const question = page.question.filter(([each]) => each !== name && each !== other);
  page.set({ question: [...question, [name, value]] });
};
