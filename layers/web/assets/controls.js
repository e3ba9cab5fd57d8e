// What stands on the map beside the features: words, basemap, colour vision, the notice of a crowd.
"use strict";

// Filters that show the map as other eyes see it; the matrices come from the symbology.
guantu.addVisions = function (matrices) {
  const values = (rows) => rows.map((row) => [...row, 0, 0].join(" ")).join(" ");
  const matrix = (rows) => `<feColorMatrix type="matrix" values="${values(rows)} 0 0 0 1 0"/>`;
  const filters = Object.entries(matrices).map(
    ([name, rows]) => `<filter id="${name}">${matrix(rows)}</filter>`,
  );
  const holder = guantu.h("div", { "aria-hidden": "true" });
  holder.innerHTML = `<svg width="0" height="0" style="position:absolute">${filters.join("")}</svg>`;
  document.body.append(holder);
};

guantu.buildControls = function (page) {
  const box = page.map.getContainer();
  const button = (id, icon, action) => guantu.iconButton(id, icon, action);
  const bar = guantu.h(
    "div",
    { class: "map-buttons leaflet-control" },
    button("zoom-in", "plus", () => page.map.zoomIn()),
    button("zoom-out", "minus", () => page.map.zoomOut()),
    button("home", "home", () => guantu.backHome(page)),
    button("fit-result", "fit", () => guantu.fitResult(page)),
    button("fit-selection", "target", () => guantu.reveal(page, true)),
  );
  L.DomEvent.disableClickPropagation(bar);
  page.map.zoomControl?.remove();
  box.append(bar);
};

guantu.renderControls = function (page) {
  for (const id of ["zoom-in", "zoom-out", "home", "fit-result", "fit-selection"])
    guantu.name(document.getElementById(id), page.say(id));
  document.getElementById("fit-selection").hidden = !page.selected;
  document.getElementById("fit-result").hidden = page.mode !== "explore" || guantu.isEmpty(page.filter);
  document.body.dataset.theme = page.theme;
  document.body.dataset.vision = page.vision;
};

guantu.basemap = function (page, picked) {
  const { view, map } = page;
  if (view.tiles) view.tiles.remove();
  view.tiles = null;
  page.basemap = picked ? picked.id : "";
  if (!picked) return;
  const layers = picked.urls.map((url) =>
    L.tileLayer(url, { attribution: picked.attribution, maxZoom: 18, zIndex: 1 }),
  );
  view.tiles = L.layerGroup(layers).addTo(map);
};

guantu.tellCrowd = function (view, stats) {
  view.note.hidden = !stats.crowded;
  if (stats.crowded) view.note.textContent = view.say("crowded", { n: stats.drawn });
};
