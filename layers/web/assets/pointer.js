// Mouse, finger and keyboard on the map: what lies under them, and what is chosen.
"use strict";

guantu.listen = function (page) {
  const { map, view } = page,
    box = map.getContainer();
  let waiting = null;
  // Where features lie on each other, each further click takes the next one.
  const choose = (latlng) => {
    const { layer } = view,
      started = performance.now(),
      found = guantu.hitsAt(page, latlng, page.coarse ? 16 : 9);
    const f = found.length ? found[(found.indexOf(layer.view.selected) + 1) % found.length] : -1;
    layer.view.selected = f;
    layer.mark();
    guantu.clickMs = performance.now() - started;
    const point = map.latLngToContainerPoint(latlng);
    if (!view.tip.hidden && guantu.sideAt(page, point).layer === layer)
      guantu.hover(page, [f, ...found.filter((other) => other !== f)].slice(0, found.length), point);
    page.choose("features", f < 0 ? -1 : page.rowOf[f]);
  };
  const press = (latlng) => page.takesClick?.(latlng) || choose(latlng);
  map.on("click", (event) => (page.measuring ? guantu.addPoint(page, event.latlng) : press(event.latlng)));
  // By keyboard the cross in the middle is the pointer; a mouse has its own.
  const byMouse = (yes) => box.classList.toggle("by-mouse", yes);
  box.addEventListener("mousedown", () => byMouse(true), true);
  box.addEventListener("keydown", () => byMouse(false), true);
  const hoverAt = (latlng) => {
    const point = map.latLngToContainerPoint(latlng);
    guantu.hover(page, guantu.sideAt(page, point).layer.hits(latlng, 7), point);
  };
  const atCross = () => {
    if (box.matches(":focus-visible:not(.by-mouse)")) hoverAt(map.getCenter());
  };
  box.addEventListener("keydown", (event) => {
    if (event.target === box && event.key === "Enter") press(map.getCenter());
  });
  box.addEventListener("focus", atCross);
  box.addEventListener("blur", () => guantu.hover(page, []));
  map.on("moveend", atCross);
  map.on("mousemove", (event) => {
    if (waiting) return void (waiting = event);
    waiting = event;
    requestAnimationFrame(() => {
      const started = performance.now(),
        at = waiting;
      waiting = null;
      hoverAt(at.latlng);
      guantu.tellPlace(page, at.latlng);
      guantu.hoverMs = performance.now() - started;
    });
  });
  map.on("mouseout", () => guantu.hover(page, []));
};

guantu.tellPlace = function (page, { lat, lng }) {
  const side = (value, plus, minus) => `${Math.abs(value).toFixed(4)}°${value < 0 ? minus : plus}`;
  page.view.at.textContent = `${side(lng, "E", "W")} ${side(lat, "N", "S")}`;
};

guantu.hover = function (page, found, point) {
  const { tip } = page.view,
    { layer, bundle, rowOf } = guantu.sideAt(page, point),
    { data, view } = layer;
  tip.hidden = !found.length;
  page.map.getContainer().style.cursor =
    page.measuring || page.picking ? "crosshair" : found.length ? "pointer" : "";
  const over = found.length ? found[0] : -1;
  for (const each of guantu.layersOf(page)) {
    const hovered = each === layer ? over : -1;
    if (each.view.hovered === hovered) continue;
    each.view.hovered = hovered;
    each.mark();
  }
  if (!found.length) return;
  const f = over;
  const stage = page.stage(bundle.features[rowOf[f]], layer.stages[layer.stage[f]]),
    theme = page.title("theme", data.themes[data.theme[f]]);
  const lines = [data.names[view.lang][f], [theme, stage].filter(Boolean).join(" · ")];
  if (data.hollow[f]) lines.push(page.say("schematic", { m: guantu.distanceWords(data.accuracy[f]) }));
  if (layer.restricted.has(f)) lines.push(page.title("restriction", layer.restricted.get(f)));
  if (layer.onPaper.has(f)) lines.push(page.say("stage-on-paper"));
  if (!layer.visible[f]) lines.push(page.say("filtered"));
  if (found.length > 1) lines.push(page.say("overlap", { n: found.length }));
  tip.replaceChildren(...lines.map((line, i) => guantu.h(i ? "div" : "b", {}, line)));
  const size = page.map.getSize();
  tip.style.left = Math.min(point.x + 14, size.x - tip.offsetWidth - 6) + "px";
  tip.style.top =
    (point.y + 18 + tip.offsetHeight > size.y ? point.y - tip.offsetHeight - 10 : point.y + 18) + "px";
};

guantu.distanceWords = (metres) =>
  metres < 1000 ? Math.round(metres) + " m" : (metres / 1000).toFixed(metres < 10000 ? 1 : 0) + " km";
