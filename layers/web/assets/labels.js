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
  context.font = `11px ${guantu.FONT}`;
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
    context.fillText(lon.toFixed(digits) + "°E", x + 3, 74);
  }
  for (let lat = Math.ceil(bounds.getSouth() / step) * step; lat < bounds.getNorth(); lat += step) {
    const y = worldY(lat);
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
    context.fillText(lat.toFixed(digits) + "°N", width - 116, y - 3);
  }
  context.globalAlpha = 1;
};

// What lies over the map, on the canvas, which reaches 60 pixels beyond the view.
guantu.covered = function (map) {
  const at = map.getContainer().getBoundingClientRect(),
    x = 60 - at.left,
    y = 60 - at.top;
  return [...document.querySelectorAll(guantu.COVERS)].map((node) => {
    const { left, top, right, bottom } = node.getBoundingClientRect();
    return [left + x, top + y, right + x, bottom + y];
  });
};
guantu.COVERS =
  "#legend, #filters, #card, #panel, #divider, #asked-key, .guantu-stamp, .map-buttons, .leaflet-bottom";

guantu.paintLabels = function (context, layer, shown, signs) {
  const names = layer.data.names[layer.view.lang];
  if (!names) return;
  const taken = [...guantu.covered(layer._map), ...signs, ...guantu.discBoxes(layer)],
    zoom = layer._map.getZoom(),
    most = !layer.view.names ? 0 : zoom < 10 ? 26 : zoom < 11 ? 45 : zoom < 12 ? 80 : 160;
  if (!layer.stats.crowded && shown.length < guantu.BUSY) taken.push(...guantu.markers(layer, shown));
  context.lineJoin = "round";
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.lineWidth = 3;
  let count = 0;
  for (const [f, rank] of guantu.wantedNames(layer, shown)) {
    if (count >= most && rank > 0) break;
    const tail = layer.view.tails?.get(f);
    if (guantu.paintName(context, layer, f, rank, tail ? `${names[f]} ${tail}` : names[f], taken)) count++;
  }
};

// The boxes of the markers: no name may lie on one.
guantu.markers = function (layer, shown) {
  const { data, frame } = layer,
    found = [];
  for (const f of shown) {
    if (data.kind[f] !== 0 || data.context[f]) continue;
    const v = guantu.firstVertex(data, f),
      x = data.x[v] * frame.scale - frame.left,
      y = data.y[v] * frame.scale - frame.top,
      half = ((layer.themes[data.theme[f]].size || 16) * layer.view.magnify) / 2;
    found.push([x - half, y - half, x + half, y + half]);
  }
  return found;
};

// What is chosen, what the chosen measure acts on, and what has words behind its name.
guantu.firstNames = function (view, shown) {
  const first = new Map();
  if (view.tails) for (const f of shown) if (view.tails.has(f)) first.set(f, 0.7);
  for (const f of view.marked) first.set(f, 0.5);
  for (const f of [view.selected, view.hovered]) if (f >= 0) first.set(f, 0);
  return first;
};

// Features whose names should stand on the map, with their rank, most wanted first: what is chosen, then
// wholes by the measures that name them, then what gives orientation, then sections.
guantu.wantedNames = function (layer, shown) {
  const { data, view, weight } = layer,
    first = guantu.firstNames(view, shown),
    wanted = [...first],
    near = layer._map.getZoom() >= guantu.RINGS_FROM;
  const rank = (f) =>
    (data.section[f] ? 4 : data.context[f] ? 2.4 : data.kind[f] === 0 ? 2 : 1) +
    (layer.staged[layer.stage[f]] ? 0 : 0.5) +
    0.9 / (1 + weight[f]);
  if (!layer.stats.crowded && shown.length < guantu.BUSY)
    for (const f of shown) if (!first.has(f) && (near || !data.section[f])) wanted.push([f, rank(f)]);
  for (const f of layer.background)
    if (!first.has(f) && layer._inView(f) && view[data.kind[f] === 0 ? "towns" : "water"])
      wanted.push([f, data.kind[f] === 0 ? 2.5 : 3.5]);
  return wanted.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
};

// The name of a feature where it finds room; says whether it did.
guantu.paintName = function (context, layer, f, rank, name, taken) {
  const { data, view, ground } = layer,
    point = data.kind[f] === 0,
    town = data.context[f] && point,
    water = data.context[f] && !point;
  const size = (rank === 0 ? 13 : 12) * view.magnify;
  context.font = `${rank === 0 ? "700 " : water ? "italic " : ""}${size}px ${guantu.FONT}`;
  const lines = guantu.linesOf(name, view.lang),
    width = Math.max(...lines.map((line) => guantu.widthOf(context, line))),
    more = (lines.length - 1) * size * 0.6,
    disc = view.discs.get(f) || 0,
    shift = disc ? disc + 4 : (point ? (town ? 5 : 13) : 7) * view.magnify;
  // Its own marker is among those taken: a name beside it does not touch it.
  const high = size * 0.62 + more,
    spot = guantu.freeSpot(
      layer,
      f,
      [shift, Math.max(disc + 10, 17 * view.magnify) + more],
      [width, high],
      taken,
    );
  if (!spot) return false;
  const [x, y] = spot;
  taken.push([x - 3, y - size * 0.7 - more, x + width + 3, y + size * 0.7 + more]);
  context.strokeStyle = ground.halo;
  context.fillStyle = town ? ground.faint : water ? guantu.waterInk(layer) : ground.ink;
  lines.forEach((line, i) => context.strokeText(line, x, y - more + i * size * 1.2));
  lines.forEach((line, i) => context.fillText(line, x, y - more + i * size * 1.2));
  return true;
};

// Of a text in the font of the context, measured once.
guantu.widths = new Map();
guantu.widthOf = function (context, text) {
  const key = `${context.font} ${text}`;
  let width = guantu.widths.get(key);
  if (width !== undefined) return width;
  if (guantu.widths.size > 5000) guantu.widths.clear();
  guantu.widths.set(key, (width = context.measureText(text).width));
  return width;
};

guantu.waterInk = ({ view, rules }) => (view.theme === "dark" ? rules.context.water : rules.context.named);

// Right of its place, left of it, above or below, and for a line at several places along it: the first that
// is inside the view, not taken, and not across the line itself.
guantu.freeSpot = function (layer, f, [shift, above], [width, high], taken) {
  const { frame, data } = layer,
    along = data.kind[f] === 0 ? null : guantu.pixelsOf(layer, f);
  for (const [px, py] of guantu.anchors(layer, f)) {
    for (let side = 0; side < 4; side++) {
      const x = side === 0 ? px + shift : side === 1 ? px - shift - width : px - width / 2,
        y = side < 2 ? py : side === 2 ? py - above : py + above;
      const box = [x - 2, y - high, x + width + 2, y + high];
      // The canvas reaches 60 pixels beyond the view: a name must not be cut off by its edge.
      if (box[0] < 62 || box[2] > frame.width - 62 || box[1] < 62 || box[3] > frame.height - 62) continue;
      if (guantu.isTaken(taken, box) || (along && guantu.runsThrough(along, box))) continue;
      return [x, y];
    }
  }
  return null;
};
guantu.isTaken = function (taken, box) {
  for (const one of taken)
    if (box[0] < one[2] && box[2] > one[0] && box[1] < one[3] && box[3] > one[1]) return true;
  return false;
};

// The segments of a line on the canvas, each with its ends.
guantu.pixelsOf = function ({ data, frame }, f) {
  const found = [];
  for (let part = data.partStart[f]; part < data.partStart[f + 1]; part++)
    for (let v = data.vertexStart[part]; v + 1 < data.vertexStart[part + 1]; v++)
      found.push([
        data.x[v] * frame.scale - frame.left,
        data.y[v] * frame.scale - frame.top,
        data.x[v + 1] * frame.scale - frame.left,
        data.y[v + 1] * frame.scale - frame.top,
      ]);
  return found;
};

// Whether a segment enters a box, after Liang and Barsky. Plain loops: a map has thousands of segments.
guantu.runsThrough = function (segments, box) {
  for (const [x1, y1, x2, y2] of segments) if (guantu.enters(x1, y1, x2, y2, box)) return true;
  return false;
};
guantu.enters = function (x1, y1, x2, y2, [left, top, right, bottom]) {
  if (Math.max(x1, x2) < left || Math.min(x1, x2) > right) return false;
  if (Math.max(y1, y2) < top || Math.min(y1, y2) > bottom) return false;
  let from = 0,
    to = 1;
  for (let edge = 0; edge < 4; edge++) {
    const step = edge === 0 ? x1 - x2 : edge === 1 ? x2 - x1 : edge === 2 ? y1 - y2 : y2 - y1,
      room = edge === 0 ? x1 - left : edge === 1 ? right - x1 : edge === 2 ? y1 - top : bottom - y1;
    if (step === 0) {
      if (room < 0) return false;
    } else if (step < 0) from = Math.max(from, room / step);
    else to = Math.min(to, room / step);
  }
  return from <= to;
};

// Beside the symbol, so that the stage stays to be seen. Returns their boxes: no name lies on one.
guantu.paintSigns = function (context, layer) {
  layer.signs = [];
  const boxes = [],
    paint = (f, side, sign) => {
      const place = layer.visible[f] && layer._inView(f) && guantu.anchor(layer, f);
      if (!place) return;
      const x = place[0] + 11 * side,
        y = place[1] - 11;
      context.setLineDash([]);
      sign(context, layer, x, y);
      boxes.push([x - 9, y - 9, x + 9, y + 9]);
      layer.signs.push([x, y, f]);
    };
  for (const f of layer.onPaper) paint(f, -1, guantu.paintPaper);
  for (const f of layer.restricted.keys()) paint(f, 1, guantu.paintRestriction);
  return boxes;
};

// The sign of a restriction, on the feature and whatever its stage.
guantu.paintRestriction = function (context, layer, x, y) {
  const rule = layer.rules.restricted;
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.fillStyle = rule.color;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = context.fillStyle = rule.ink;
  context.stroke();
  context.fillRect(x - 5, y - 1.5, 10, 3);
};

// A sheet of paper: the stage stands in the document alone.
guantu.paintPaper = function (context, layer, x, y) {
  const rule = layer.rules["on-paper"];
  context.fillStyle = rule.color;
  context.strokeStyle = rule.ink;
  context.lineWidth = 1;
  context.fillRect(x - 4, y - 5, 8, 10);
  context.strokeRect(x - 4, y - 5, 8, 10);
  context.beginPath();
  for (const row of [-2.5, 0, 2.5]) {
    context.moveTo(x - 2, y + row);
    context.lineTo(x + 2, y + row);
  }
  context.stroke();
};

// A name in one line or two, without what stands in brackets at its end; the card shows it whole.
guantu.linesOf = function (name, lang) {
  const short = name.replace(/[（(][^（(）)]*[）)]$/, "").trim() || name,
    most = lang === "zh" ? 11 : 24;
  if (short.length <= most) return [short];
  const text = short.length > 2 * most ? short.slice(0, 2 * most - 1) + "…" : short,
    middle = text.length / 2;
  // At the break nearest to the middle; a name without one is broken in the middle.
  const breaks = [...text.matchAll(/[\s、，·/–—-]+/g)]
    .map((found) => found.index + found[0].length)
    .filter((at) => Math.abs(at - middle) <= text.length / 4)
    .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  const at = breaks[0] ?? Math.ceil(middle);
  return [text.slice(0, at).trim(), text.slice(at).trim()];
};

// Where a name may be tied to: the point, or places along a line as far as it is in view, the middle first.
guantu.anchors = function (layer, f) {
  const { data, frame } = layer,
    { scale, left, top, width, height } = frame,
    inside = [];
  for (let v = guantu.firstVertex(data, f); v < guantu.endVertex(data, f); v++) {
    const x = data.x[v] * scale - left,
      y = data.y[v] * scale - top;
    if (x > 70 && x < width - 80 && y > 70 && y < height - 70) inside.push([x, y]);
  }
  if (data.kind[f] === 0 || inside.length < 2) return inside.slice(0, 1);
  return [0.5, 0.3, 0.7, 0.15, 0.85].map((share) => inside[Math.floor(inside.length * share)]);
};
guantu.anchor = (layer, f) => guantu.anchors(layer, f)[0];
