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
    window.parent.navigation.addEventListener("currententrychange", () => guantu.shareView(bridge), {
      signal: gone.signal,
    });
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
  const say = (type, extra) =>
    guantu.alone || window.parent.postMessage({ isStreamlitMessage: true, type, ...extra }, "*");
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
    (error) => {
      bridge.note.textContent = config.words[(bridge.args || {}).lang || "zh"].broken + " " + error.message;
      bridge.note.hidden = false;
    },
  );
  say("streamlit:componentReady", { apiVersion: 1 });
  say("streamlit:setFrameHeight", { height: config.height });
};

// The view of the address, or the city beside the legend; again with each change of size until the user moves
// the map.
guantu.homeView = function (bridge) {
  const { map, legend } = bridge,
    box = map.getContainer();
  bridge.homing = true;
  map.invalidateSize({ pan: false });
  if (bridge.dressed && !bridge.moved && box.clientHeight && box.clientWidth) {
    if (!bridge.seen) legend.open = box.clientWidth > 760 && box.clientHeight > 420;
    bridge.seen = true;
    const asked = (bridge.asked = guantu.viewOf(
      new URLSearchParams(window.parent.location.search).get("map"),
    ));
    if (asked) map.setView(asked.center, asked.zoom, { animate: false });
    else guantu.goHome(bridge);
  }
  bridge.homing = false;
};

// The whole city, beside the legend where it is open.
guantu.goHome = function ({ map, legend, config }) {
  map.fitBounds(config.city, {
    animate: false,
    paddingBottomRight: [legend.open ? legend.offsetWidth : 0, 0],
  });
};

// A view as zoom,latitude,longitude; anything else is no view.
guantu.viewText = (map) =>
  [map.getZoom(), map.getCenter().lat.toFixed(4), map.getCenter().lng.toFixed(4)].join(",");
guantu.viewOf = function (text) {
  const [zoom, lat, lng] = /^[0-9]{1,2}([.][0-9]+)?(,-?[0-9]{1,3}([.][0-9]+)?){2}$/.test(text || "")
    ? text.split(",").map(Number)
    : [];
  return zoom >= 3 && zoom <= 18 && Math.abs(lat) <= 85 && Math.abs(lng) <= 180
    ? { zoom, center: [lat, lng] }
    : null;
};

// The address of the page follows the view, so that a copied address opens it; the script does not run.
guantu.shareView = function (bridge) {
  const view = guantu.viewText(bridge.map),
    page = window.parent,
    address = new URL(page.location.href);
  if (guantu.alone || !bridge.moved || address.searchParams.get("map") === view) return;
  address.searchParams.set("map", view);
  page.history.replaceState(page.history.state, "", address);
};

// Everything that a rerun may change. The page, the map and the features stay.
guantu.receive = function (bridge, args) {
  const before = bridge.args || {};
  bridge.args = args;
  // The register was edited since this page was opened: its features are no longer those of the message.
  if (args.data && args.data !== bridge.config.data) return window.location.reload();
  const theme = (bridge.theme || {}).base === "dark" ? "dark" : "light";
  document.body.dataset.theme = theme;
  document.body.dataset.vision = args.vision || "normal";
  if (before.lang !== args.lang || !bridge.dressed) guantu.dress(bridge, args);
  if (!bridge.seen) guantu.homeView(bridge);
  bridge.map.getContainer().setAttribute("aria-label", args.alt || "");
  bridge.stamp.textContent = args.stamp || "";
  guantu.basemap(bridge, args.basemap);
  if (bridge.layer) guantu.restyle(bridge, before, args, theme);
};

// The features as the message has them; where nothing of their look changed, only the marks are drawn anew.
guantu.restyle = function (bridge, before, args, theme) {
  const { layer } = bridge,
    { view } = layer,
    bits = (text) => (text ? guantu.unpack(text, layer.data.groups) : null);
  const unchanged = ["mask", "stages", "hide", "lang"].every((key) => before[key] === args[key]);
  const same = bridge.drawn && unchanged && view.theme === theme;
  if (!same) layer.setFilter(bits(args.mask), args.stages ? guantu.bytes(args.stages) : null);
  const selected = bridge.find(args.selected) ?? -1;
  const marked = (args.marked || []).map((id) => bridge.find(id)).filter((f) => f !== undefined);
  // An address that names a view means that one, whatever is selected in it.
  if (bridge.drawn || !bridge.asked) {
    if (selected >= 0 && selected !== view.selected) guantu.reveal(bridge, selected);
    if (marked.length && String(marked) !== String(view.marked)) guantu.reveal(bridge, marked[0]);
  }
  layer.stale = bits(args.stale) || layer.stale;
  const restricted = Object.entries(args.restricted || {});
  layer.restricted = new Map(restricted.map(([id, code]) => [bridge.find(id), code]));
  Object.assign(view, { selected, marked, hideMuted: !!args.hide, lang: args.lang, theme });
  bridge.drawn = true;
  if (same) layer.mark();
  else layer.draw();
};

// From an id to its place; the index is made with the first id asked for.
guantu.finder = function (ids) {
  let index = null;
  return (id) => (id ? (index = index || new Map(ids.map((each, f) => [each, f]))).get(id) : undefined);
};

guantu.unpack = function (text, count) {
  const packed = guantu.bytes(text),
    on = new Uint8Array(count);
  for (let i = 0; i < count; i++) on[i] = (packed[i >> 3] >> (7 - (i & 7))) & 1;
  return on;
};

// Bring a feature into view when it was chosen elsewhere and is not to be seen now.
guantu.reveal = function (bridge, f) {
  const { map, layer } = bridge,
    box = layer.data.box.subarray(4 * f, 4 * f + 4);
  const corner = (x, y) => map.unproject(L.point(x, y), 0);
  const bounds = L.latLngBounds(corner(box[0], box[3]), corner(box[2], box[1]));
  if (bridge.clicked === f || map.getBounds().pad(-0.05).contains(bounds)) return;
  if (map.getBounds().intersects(bounds) && layer.data.kind[f] !== 0) return;
  map.fitBounds(bounds, { maxZoom: Math.max(map.getZoom(), 12), padding: [60, 60], animate: false });
};
