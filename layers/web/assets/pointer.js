// Mouse, finger and keyboard on the map: what lies under them, and what is chosen.
"use strict";

guantu.listen = function (bridge) {
  const { map, layer, tip } = bridge,
    data = layer.data,
    box = map.getContainer();
  let waiting = null;
  // Where features lie on each other, each further click takes the next one.
  const choose = (latlng) => {
    const started = performance.now(),
      found = layer.hits(latlng);
    const f = found.length ? found[(found.indexOf(layer.view.selected) + 1) % found.length] : -1;
    bridge.clicked = f;
    layer.view.selected = f;
    layer.mark();
    guantu.clickMs = performance.now() - started;
    if (!tip.hidden)
      guantu.hover(
        bridge,
        [f, ...found.filter((other) => other !== f)].slice(0, found.length),
        map.latLngToContainerPoint(latlng),
      );
    bridge.tell({ selected: f < 0 ? null : data.ids[f], count: ++bridge.sent });
  };
  map.on("click", (event) => choose(event.latlng));
  // By keyboard the cross in the middle is the pointer; a mouse has its own.
  const byMouse = (yes) => box.classList.toggle("by-mouse", yes);
  box.addEventListener("mousedown", () => byMouse(true), true);
  box.addEventListener("keydown", () => byMouse(false), true);
  const atCross = () => {
    if (box.matches(":focus-visible:not(.by-mouse)"))
      guantu.hover(bridge, layer.hits(map.getCenter(), 7), map.getSize().divideBy(2));
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
      const started = performance.now(),
        at = waiting;
      waiting = null;
      guantu.hover(bridge, layer.hits(at.latlng, 7), at.containerPoint);
      guantu.hoverMs = performance.now() - started;
    });
  });
  map.on("mouseout", () => guantu.hover(bridge, []));
};

guantu.hover = function (bridge, found, point) {
  const { layer, tip, config } = bridge,
    { data, view } = layer,
    words = config.words[view.lang];
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
  tip.replaceChildren(
    ...lines.map((line, i) => {
      const node = document.createElement(i ? "div" : "b");
      node.textContent = line;
      return node;
    }),
  );
  const size = bridge.map.getSize();
  tip.style.left = Math.min(point.x + 14, size.x - tip.offsetWidth - 6) + "px";
  tip.style.top =
    (point.y + 18 + tip.offsetHeight > size.y ? point.y - tip.offsetHeight - 10 : point.y + 18) + "px";
};

guantu.distanceWords = (metres) =>
  metres < 1000 ? Math.round(metres) + " m" : (metres / 1000).toFixed(metres < 10000 ? 1 : 0) + " km";
