// What stands on the map beside the features: legend, words, basemap, colour vision.
"use strict";

guantu.element = function (tag, name, parent, attributes = {}) {
  const node = document.createElement(tag);
  node.className = name;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.appendChild(node);
  return node;
};

// Filters that show the map as other eyes see it; the matrices come from the symbology.
guantu.addVisions = function (matrices) {
  const values = (rows) => rows.map((row) => [...row, 0, 0].join(" ")).join(" ");
  const matrix = (rows) => `<feColorMatrix type="matrix" values="${values(rows)} 0 0 0 1 0"/>`;
  const filters = Object.entries(matrices).map(
    ([name, rows]) => `<filter id="${name}">${matrix(rows)}</filter>`,
  );
  const holder = guantu.element("div", "", document.body, { "aria-hidden": "true" });
  holder.innerHTML = `<svg width="0" height="0" style="position:absolute">${filters.join("")}</svg>`;
};

// Words of the page in the chosen language. All text goes in as text, never as markup;
// the swatches are our own drawings.
guantu.dress = function (bridge, args) {
  const { config, legend } = bridge,
    words = config.words[args.lang];
  // Streamlit fixes the language of its page and the title of our frame; both are for screen readers.
  const language = args.lang === "zh" ? "zh-CN" : "en";
  document.documentElement.lang = language;
  if (window.frameElement) {
    window.parent.document.documentElement.lang = language;
    window.frameElement.title = words.maptitle;
  }
  bridge.dressed = true;
  legend.replaceChildren();
  guantu.element("summary", "", legend).textContent = words.legend;
  for (const part of config.legend) {
    guantu.element("h4", "", legend).textContent = part[args.lang];
    const list = guantu.element("ul", "", legend);
    for (const item of part.items) {
      const row = guantu.element("li", "", list, { "data-code": item.code });
      guantu.element("span", "swatch", row).innerHTML = item.swatch;
      guantu.element("span", "", row).textContent = item[args.lang];
    }
  }
  const zoom = bridge.map.zoomControl;
  if (zoom) {
    if (!bridge.homeButton) {
      bridge.homeButton = guantu.element("a", "guantu-home", zoom.getContainer(), {
        href: "#",
        role: "button",
      });
      bridge.homeButton.textContent = "⌂";
      L.DomEvent.on(bridge.homeButton, "click", (event) => {
        L.DomEvent.stop(event);
        guantu.goHome(bridge);
      });
    }
    for (const [button, word] of [
      [zoom._zoomInButton, words.zoomin],
      [zoom._zoomOutButton, words.zoomout],
      [bridge.homeButton, words.home],
    ]) {
      button.title = word;
      button.setAttribute("aria-label", word);
    }
  }
};

guantu.basemap = function (bridge, basemap) {
  const key = basemap ? basemap.id : "";
  if (key === (bridge.tilesKey || "")) return;
  bridge.tilesKey = key;
  if (bridge.tiles) bridge.tiles.remove();
  bridge.tiles = null;
  if (!basemap) return;
  const layers = basemap.urls.map((url) =>
    L.tileLayer(url, { attribution: basemap.attribution, maxZoom: 18, zIndex: 1 }),
  );
  bridge.tiles = L.layerGroup(layers).addTo(bridge.map);
};

guantu.tellCrowd = function (bridge, stats) {
  const words = bridge.config.words[bridge.layer.view.lang];
  bridge.note.hidden = !stats.crowded;
  if (stats.crowded) bridge.note.textContent = words.crowded.replace("{n}", String(stats.drawn));
};
