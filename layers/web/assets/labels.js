// Graticule, and names that do not run into each other.
"use strict";

guantu.paintGraticule = function (context, layer) {
  const bounds = layer.bounds,
    { scale, left, top, width, height } = layer.frame;
  const span = bounds.getEast() - bounds.getWest();
  const step = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20].find((s) => span / s < 9) || 30;
  const worldX = (lon) => (lon / 360 + 0.5) * 256 * scale - left;
  const worldY = (lat) => {
    const sine = Math.sin((lat * Math.PI) / 180);
    return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256 * scale - top;
  };
  context.strokeStyle = layer.rules.context.graticule;
  context.fillStyle = layer.rules.ground[layer.view.theme].faint;
  context.globalAlpha = layer.view.theme === "dark" ? 0.35 : 0.8;
  context.lineWidth = 0.6;
  context.font = `10px ${guantu.FONT}`;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.setLineDash([]);
  const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0;
  for (let lon = Math.ceil(bounds.getWest() / step) * step; lon < bounds.getEast(); lon += step) {
    const x = worldX(lon);
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.stroke();
    context.fillText(lon.toFixed(digits) + "°E", x + 3, 72);
  }
  for (let lat = Math.ceil(bounds.getSouth() / step) * step; lat < bounds.getNorth(); lat += step) {
    const y = worldY(lat);
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
    context.fillText(lat.toFixed(digits) + "°N", width - 108, y - 3);
  }
  context.globalAlpha = 1;
};

// What lies over the map, on the canvas, which reaches 60 pixels beyond the view.
guantu.covered = function (map) {
  const at = map.getContainer().getBoundingClientRect();
  return [...document.querySelectorAll(".guantu-legend, .guantu-stamp, #panel")].map((node) => {
    const box = node.getBoundingClientRect();
    return [
      box.left - at.left + 60,
      box.top - at.top + 60,
      box.right - at.left + 60,
      box.bottom - at.top + 60,
    ];
  });
};

guantu.paintLabels = function (context, layer, shown) {
  const names = layer.data.names[layer.view.lang];
  if (!names) return;
  const taken = guantu.covered(layer._map),
    zoom = layer._map.getZoom(),
    most = zoom < 10 ? 26 : zoom < 11 ? 45 : zoom < 12 ? 80 : 160;
  context.lineJoin = "round";
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.lineWidth = 3;
  let count = 0;
  for (const [f, rank] of guantu.wantedNames(layer, shown)) {
    if (count >= most) break;
    if (guantu.paintName(context, layer, f, rank, names[f], taken)) count++;
  }
};

// Features whose names should stand on the map, with their rank, most wanted first.
guantu.wantedNames = function (layer, shown) {
  const { data, view } = layer,
    wanted = [];
  const rank = (f) => (data.section[f] ? 4 : data.context[f] ? 1.4 : data.kind[f] === 0 ? 2 : 1);
  if (view.selected >= 0) wanted.push([view.selected, 0]);
  if (!layer.stats.crowded && shown.length < 400)
    for (const f of shown) if (f !== view.selected) wanted.push([f, rank(f)]);
  for (const f of layer.background) if (layer._inView(f)) wanted.push([f, data.kind[f] === 0 ? 1.5 : 3]);
  return wanted.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
};

// The name of a feature where it finds room; says whether it did.
guantu.paintName = function (context, layer, f, rank, name, taken) {
  const { data, view, ground } = layer,
    place = guantu.anchor(layer, f);
  if (!place) return false;
  const point = data.kind[f] === 0,
    town = data.context[f] && point,
    water = data.context[f] && !point;
  const size = (rank === 0 ? 13 : town || water ? 11 : 11.5) * view.magnify;
  context.font = `${rank === 0 ? "700 " : water ? "italic " : ""}${size}px ${guantu.FONT}`;
  const text = guantu.shorten(name, view.lang),
    width = context.measureText(text).width,
    shift = (point ? (town ? 5 : 13) : 6) * view.magnify;
  const spot = guantu.freeSpot(layer, place, [shift, 16 * view.magnify], [width, size * 0.7], taken);
  if (!spot) return false;
  const [x, y] = spot;
  taken.push([x - 2, y - size * 0.7, x + width + 2, y + size * 0.7]);
  context.strokeStyle = ground.halo;
  context.strokeText(text, x, y);
  context.fillStyle = town ? ground.faint : water ? guantu.waterInk(layer) : ground.ink;
  context.fillText(text, x, y);
  return true;
};

guantu.waterInk = ({ view, rules }) => (view.theme === "dark" ? rules.context.water : rules.context.named);

// Right of its place, left of it, above or below: the first that is inside the view and not taken.
guantu.freeSpot = function ({ frame }, [px, py], [shift, above], [width, high], taken) {
  const spots = [
    [px + shift, py],
    [px - shift - width, py],
    [px - width / 2, py - above],
    [px - width / 2, py + above],
  ];
  return spots.find(([x, y]) => {
    const [left, top, right, bottom] = [x - 2, y - high, x + width + 2, y + high];
    // The canvas reaches 60 pixels beyond the view: a name must not be cut off by its edge.
    if (left < 62 || right > frame.width - 62 || top < 62 || bottom > frame.height - 62) return false;
    return !taken.some((box) => left < box[2] && right > box[0] && top < box[3] && bottom > box[1]);
  });
};

// The sign of a restriction, on the feature and whatever its stage.
guantu.paintRestriction = function (context, layer, f) {
  const place = guantu.anchor(layer, f),
    rule = layer.rules.restricted;
  if (!place) return;
  // Beside the symbol, so that the stage stays to be seen.
  const [x, y] = [place[0] + 11, place[1] - 11];
  context.setLineDash([]);
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.fillStyle = rule.color;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = context.fillStyle = rule.ink;
  context.stroke();
  context.fillRect(x - 5, y - 1.5, 10, 3);
};

// Names lose what stands in brackets at their end, on the map only; the card shows them whole.
guantu.shorten = (name, lang) => {
  const short = name.replace(/[（(][^（(）)]*[）)]$/, "").trim() || name,
    most = lang === "zh" ? 14 : 30;
  return short.length > most ? short.slice(0, most - 1) + "…" : short;
};

// Where a name is tied to: the point, or the middle of the part of a line that is in view.
guantu.anchor = function (layer, f) {
  const { data, frame } = layer,
    { scale, left, top, width, height } = frame;
  const inside = [];
  for (let v = guantu.firstVertex(data, f); v < guantu.endVertex(data, f); v++) {
    const x = data.x[v] * scale - left,
      y = data.y[v] * scale - top;
    if (x > 70 && x < width - 110 && y > 70 && y < height - 70) inside.push([x, y]);
  }
  return inside.length ? inside[Math.floor(inside.length / 2)] : null;
};
