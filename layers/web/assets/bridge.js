// Starts the map in the page and speaks with Streamlit: view state in, clicks out.
"use strict";

guantu.start = function (map, config) {
  // Clicks are told apart from those of an earlier map of the same visit.
  const bridge = { map, config, layer: null, args: null, sent: Date.now(), tiles: null };
  window.guantu.bridge = bridge;
  guantu.bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(config.attribution);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  const box = map.getContainer();
  box.setAttribute("tabindex", "0");
  box.setAttribute("role", "application");
  bridge.tip = guantu.element("div", "guantu-tip", box, { role: "status" });
  bridge.stamp = guantu.element("div", "guantu-stamp", box);
  bridge.note = guantu.element("div", "guantu-note", box, { role: "status" });
  bridge.legend = guantu.element("details", "guantu-legend", box);
  guantu.element("div", "guantu-cross", box, { "aria-hidden": "true" });
  bridge.tip.hidden = bridge.note.hidden = true;
  // Streamlit opens the frame with no height: the first view waits until there is one.
  new ResizeObserver(() => guantu.homeView(bridge)).observe(box);
  map.on("moveend", () => {
    bridge.moved = bridge.moved || (bridge.seen && !bridge.homing);
    guantu.shareView(bridge);
  });
  // Streamlit writes the address anew with each change of the filter.
  const gone = new AbortController();
  window.addEventListener("pagehide", () => gone.abort());
  if (window.parent.navigation)
    window.parent.navigation.addEventListener("currententrychange", () => guantu.shareView(bridge), { signal: gone.signal });
  else {
    // Older Firefox and Safari tell nobody that the address was written anew: it is looked at now and then.
    const look = setInterval(() => guantu.shareView(bridge), 1000);
    gone.signal.addEventListener("abort", () => clearInterval(look));
  }
  L.DomEvent.disableClickPropagation(bridge.legend);
  L.DomEvent.disableScrollPropagation(bridge.legend);
  // Names keep off it.
  bridge.legend.addEventListener("toggle", () => bridge.layer && bridge.layer.draw());

  guantu.addVisions(config.vision);
  // A page of its own has nobody to speak to.
  const say = (type, extra) => guantu.alone || window.parent.postMessage({ isStreamlitMessage: true, type, ...extra }, "*");
  bridge.tell = (value) => say("streamlit:setComponentValue", { value, dataType: "json" });
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !event.data || event.data.type !== "streamlit:render") return;
    bridge.theme = event.data.theme || {};
    guantu.receive(bridge, event.data.args);
  });
  guantu.decode(guantu.file).then(
    (data) => {
      bridge.layer = new guantu.Layer(data, config.symbology);
      bridge.find = guantu.finder(data.ids);
      bridge.layer.onframe = (stats) => guantu.tellCrowd(bridge, stats);
      map.addLayer(bridge.layer);
      guantu.listen(bridge);
      if (bridge.args) guantu.receive(bridge, bridge.args);
    },
    (error) => { bridge.note.textContent = config.words[(bridge.args || {}).lang || "zh"].broken + " " + error.message; bridge.note.hidden = false; },
  );
  say("streamlit:componentReady", { apiVersion: 1 });
  say("streamlit:setFrameHeight", { height: config.height });
};

// The view of the address, or the city beside the legend; again with each change of size until the user moves the map.
guantu.homeView = function (bridge) {
  const { map, legend } = bridge, box = map.getContainer();
  bridge.homing = true;
  map.invalidateSize({ pan: false });
  if (bridge.dressed && !bridge.moved && box.clientHeight && box.clientWidth) {
    if (!bridge.seen) legend.open = box.clientWidth > 760 && box.clientHeight > 420;
    bridge.seen = true;
    const asked = bridge.asked = guantu.viewOf(new URLSearchParams(window.parent.location.search).get("map"));
    if (asked) map.setView(asked.center, asked.zoom, { animate: false });
    else guantu.goHome(bridge);
  }
  bridge.homing = false;
};

// The whole city, beside the legend where it is open.
guantu.goHome = function ({ map, legend, config }) {
  map.fitBounds(config.city, { animate: false, paddingBottomRight: [legend.open ? legend.offsetWidth : 0, 0] });
};

// A view as zoom,latitude,longitude; anything else is no view.
guantu.viewText = (map) => [map.getZoom(), map.getCenter().lat.toFixed(4), map.getCenter().lng.toFixed(4)].join(",");
guantu.viewOf = function (text) {
  const [zoom, lat, lng] = /^[0-9]{1,2}([.][0-9]+)?(,-?[0-9]{1,3}([.][0-9]+)?){2}$/.test(text || "") ? text.split(",").map(Number) : [];
  return zoom >= 3 && zoom <= 18 && Math.abs(lat) <= 85 && Math.abs(lng) <= 180 ? { zoom, center: [lat, lng] } : null;
};

// The address of the page follows the view, so that a copied address opens it; the script does not run.
guantu.shareView = function (bridge) {
  const view = guantu.viewText(bridge.map), page = window.parent, address = new URL(page.location.href);
  if (guantu.alone || !bridge.moved || address.searchParams.get("map") === view) return;
  address.searchParams.set("map", view);
  page.history.replaceState(page.history.state, "", address);
};

// Filters that show the map as other eyes see it; the matrices come from the symbology.
guantu.addVisions = function (matrices) {
  const filters = Object.entries(matrices).map(([name, rows]) =>
    `<filter id="${name}"><feColorMatrix type="matrix" values="${rows.map((row) => [...row, 0, 0].join(" ")).join(" ")} 0 0 0 1 0"/></filter>`);
  const holder = guantu.element("div", "", document.body, { "aria-hidden": "true" });
  holder.innerHTML = `<svg width="0" height="0" style="position:absolute">${filters.join("")}</svg>`;
};

guantu.element = function (tag, name, parent, attributes = {}) {
  const node = document.createElement(tag);
  node.className = name;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.appendChild(node);
  return node;
};

// Everything that a rerun may change. The page, the map and the features stay.
guantu.receive = function (bridge, args) {
  const before = bridge.args || {};
  bridge.args = args;
  const { map, layer } = bridge, view = layer && layer.view;
  // The register was edited since this page was opened: its features are no longer those of the message.
  if (args.data && args.data !== bridge.config.data) return window.location.reload();
  const dark = (bridge.theme || {}).base === "dark" ? "dark" : "light";
  document.body.dataset.theme = dark;
  document.body.dataset.vision = args.vision || "normal";
  if (before.lang !== args.lang || !bridge.dressed) guantu.dress(bridge, args);
  if (!bridge.seen) guantu.homeView(bridge);
  bridge.map.getContainer().setAttribute("aria-label", args.alt || "");
  bridge.stamp.textContent = args.stamp || "";
  guantu.basemap(bridge, args.basemap);
  if (!layer) return;
  const same = bridge.drawn && ["mask", "stages", "hide", "lang"].every((key) => before[key] === args[key]) && view.theme === dark;
  if (!same) layer.setFilter(args.mask ? guantu.unpack(args.mask, layer.data.groups) : null, args.stages ? guantu.bytes(args.stages) : null);
  const selected = bridge.find(args.selected) ?? -1;
  // An address that names a view means that one, whatever is selected in it.
  const moves = bridge.drawn || !bridge.asked;
  if (moves && selected >= 0 && selected !== view.selected) guantu.reveal(bridge, selected);
  layer.stale = args.stale ? guantu.unpack(args.stale, layer.data.groups) : layer.stale;
  layer.restricted = new Map(Object.entries(args.restricted || {}).map(([id, code]) => [bridge.find(id), code]));
  const marked = (args.marked || []).map((id) => bridge.find(id)).filter((f) => f !== undefined);
  if (moves && marked.length && String(marked) !== String(view.marked)) guantu.reveal(bridge, marked[0]);
  Object.assign(view, { selected, marked, hideMuted: !!args.hide, lang: args.lang, theme: dark });
  bridge.drawn = true;
  if (same) layer.mark(); else layer.draw();
};

// From an id to its place; the index is made with the first id asked for.
guantu.finder = function (ids) {
  let index = null;
  return (id) => id ? (index = index || new Map(ids.map((id, f) => [id, f]))).get(id) : undefined;
};

guantu.unpack = function (text, count) {
  const packed = guantu.bytes(text), on = new Uint8Array(count);
  for (let i = 0; i < count; i++) on[i] = (packed[i >> 3] >> (7 - (i & 7))) & 1;
  return on;
};

// Words of the page in the chosen language. All text goes in as text, never as markup;
// the swatches are our own drawings.
guantu.dress = function (bridge, args) {
  const { config, legend } = bridge, words = config.words[args.lang];
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
      bridge.homeButton = guantu.element("a", "guantu-home", zoom.getContainer(), { href: "#", role: "button" });
      bridge.homeButton.textContent = "⌂";
      L.DomEvent.on(bridge.homeButton, "click", (event) => {
        L.DomEvent.stop(event);
        guantu.goHome(bridge);
      });
    }
    for (const [button, word] of [[zoom._zoomInButton, words.zoomin], [zoom._zoomOutButton, words.zoomout], [bridge.homeButton, words.home]]) {
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
  const layers = basemap.urls.map((url) => L.tileLayer(url, { attribution: basemap.attribution, maxZoom: 18, zIndex: 1 }));
  bridge.tiles = L.layerGroup(layers).addTo(bridge.map);
};

guantu.tellCrowd = function (bridge, stats) {
  const words = bridge.config.words[bridge.layer.view.lang];
  bridge.note.hidden = !stats.crowded;
  if (stats.crowded) bridge.note.textContent = words.crowded.replace("{n}", String(stats.drawn));
};

// Bring a feature into view when it was chosen elsewhere and is not to be seen now.
guantu.reveal = function (bridge, f) {
  const { map, layer } = bridge, box = layer.data.box.subarray(4 * f, 4 * f + 4);
  const corner = (x, y) => map.unproject(L.point(x, y), 0);
  const bounds = L.latLngBounds(corner(box[0], box[3]), corner(box[2], box[1]));
  if (bridge.clicked === f || map.getBounds().pad(-0.05).contains(bounds)) return;
  if (map.getBounds().intersects(bounds) && layer.data.kind[f] !== 0) return;
  map.fitBounds(bounds, { maxZoom: Math.max(map.getZoom(), 12), padding: [60, 60], animate: false });
};

guantu.listen = function (bridge) {
  const { map, layer, tip } = bridge, data = layer.data, box = map.getContainer();
  let waiting = null;
  // Where features lie on each other, each further click takes the next one.
  const choose = (latlng) => {
    const started = performance.now(), found = layer.hits(latlng);
    const f = found.length ? found[(found.indexOf(layer.view.selected) + 1) % found.length] : -1;
    bridge.clicked = f;
    layer.view.selected = f;
    layer.mark();
    guantu.clickMs = performance.now() - started;
    if (!tip.hidden) guantu.hover(bridge, [f, ...found.filter((other) => other !== f)].slice(0, found.length), map.latLngToContainerPoint(latlng));
    bridge.tell({ selected: f < 0 ? null : data.ids[f], count: ++bridge.sent });
  };
  map.on("click", (event) => choose(event.latlng));
  // By keyboard the cross in the middle is the pointer; a mouse has its own.
  const byMouse = (yes) => box.classList.toggle("by-mouse", yes);
  box.addEventListener("mousedown", () => byMouse(true), true);
  box.addEventListener("keydown", () => byMouse(false), true);
  const atCross = () => {
    if (box.matches(":focus-visible:not(.by-mouse)")) guantu.hover(bridge, layer.hits(map.getCenter(), 7), map.getSize().divideBy(2));
  };
  box.addEventListener("keydown", (event) => {
    if (event.target === box && event.key === "Enter") choose(map.getCenter());
  });
  box.addEventListener("focus", atCross);
  box.addEventListener("blur", () => guantu.hover(bridge, []));
  map.on("moveend", atCross);
  map.on("mousemove", (event) => {
    if (waiting) return void (waiting = event);
    waiting = event;
    requestAnimationFrame(() => {
      const started = performance.now(), at = waiting;
      waiting = null;
      guantu.hover(bridge, layer.hits(at.latlng, 7), at.containerPoint);
      guantu.hoverMs = performance.now() - started;
    });
  });
  map.on("mouseout", () => guantu.hover(bridge, []));
};

guantu.hover = function (bridge, found, point) {
  const { layer, tip, config } = bridge, { data, view } = layer, words = config.words[view.lang];
  tip.hidden = !found.length;
  bridge.map.getContainer().style.cursor = found.length ? "pointer" : "";
  if (!found.length) return;
  const f = found[0];
  const stage = config.stages[view.lang][layer.stages[layer.stage[f]]];
  const theme = config.themes[view.lang][data.themes[data.theme[f]]] || "";
  const lines = [data.names[view.lang][f], [theme, stage].filter(Boolean).join(" · ")];
  if (data.hollow[f]) lines.push(words.schematic.replace("{m}", guantu.distanceWords(data.accuracy[f])));
  if (layer.restricted.has(f)) lines.push(config.restrictions[view.lang][layer.restricted.get(f)]);
  if (layer.stale[data.group[f]] && data.context[f] !== 2) lines.push(words.stale);
  if (!layer.visible[f]) lines.push(words.filtered);
  if (found.length > 1) lines.push(words.overlap.replace("{n}", String(found.length)));
  tip.replaceChildren(...lines.map((line, i) => {
    const node = document.createElement(i ? "div" : "b");
    node.textContent = line;
    return node;
  }));
  const size = bridge.map.getSize();
  tip.style.left = Math.min(point.x + 14, size.x - tip.offsetWidth - 6) + "px";
  tip.style.top = (point.y + 18 + tip.offsetHeight > size.y ? point.y - tip.offsetHeight - 10 : point.y + 18) + "px";
};

guantu.distanceWords = (metres) => (metres < 1000 ? Math.round(metres) + " m" : (metres / 1000).toFixed(metres < 10000 ? 1 : 0) + " km");
