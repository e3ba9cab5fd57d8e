// What is taken from the screen: a link, a picture, a distance, a view to come back to.
"use strict";

guantu.copyText = async function (page, text, done) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A file, a blocked clipboard: the old way needs a field that is marked.
    const field = guantu.h("textarea", { class: "aside", "aria-hidden": "true" });
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    if (!copied) return page.tell(page.say("copy-failed"));
  }
  page.tell(done);
};

// A link means what is seen: also the day, the view and the language that nobody chose.
guantu.linkOf = function (page) {
  const said = new URLSearchParams(guantu.stateText(page));
  said.set("lang", page.langs[page.lang]);
  said.set("map", guantu.viewText(page.map));
  return page.where.link(guantu.readable(said));
};
guantu.copyLink = (page) => guantu.copyText(page, guantu.linkOf(page), page.say("link-copied"));

// The map as it is seen, with its title, filter, day, legend of stages and sources: a canvas.
guantu.picture = function (page) {
  const { layer } = page.view,
    ratio = layer.symbols.ratio,
    size = page.map.getSize();
  const head = 46,
    foot = 40,
    canvas = document.createElement("canvas");
  canvas.width = size.x * ratio;
  canvas.height = (size.y + head + foot) * ratio;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.fillStyle = layer.ground.paper;
  context.fillRect(0, 0, size.x, size.y + head + foot);
  for (const { canvas: one, from, to } of guantu.seenCanvases(page)) {
    context.save();
    context.beginPath();
    context.rect(from * size.x, head, (to - from) * size.x, size.y);
    context.clip();
    context.drawImage(one, -60, head - 60, one.width / ratio, one.height / ratio);
    context.restore();
  }
  guantu.paintDivider(page, context, head, size);
  /** @param {CanvasTextAlign} [align] */
  const write = (text, x, y, font, colour = layer.ground.ink, align = "left") => {
    context.font = `${font} ${guantu.FONT}`;
    context.fillStyle = colour;
    context.textAlign = align;
    context.textBaseline = "middle";
    context.fillText(text, x, y, size.x - 24);
  };
  write(guantu.titleOf(page), 12, head / 2, "600 17px");
  write(guantu.stampOf(page), size.x - 12, head / 2, "13px", layer.ground.ink, "right");
  guantu.stagesAt(page, context, 12, size.y + head + 12, write);
  write(page.config.attribution, size.x - 12, size.y + head + 30, "11px", layer.ground.ink, "right");
  return canvas;
};

// The name of the map and what it is filtered by.
guantu.titleOf = function (page) {
  const { filter } = page;
  const said = guantu.FACETS.filter((facet) => filter[facet].size).map((facet) =>
    [...filter[facet]].map((value) => guantu.valueWords(page, facet, value)).join(page.say("comma")),
  );
  if (filter.q) said.push(`“${filter.q}”`);
  if (filter.since) said.push(page.say("changed-since", { day: filter.since }));
  if (guantu.compares(page)) said.push(guantu.againstWords(page));
  return [page.of(page.config.heading), ...said].join(" · ");
};

guantu.stagesAt = function (page, context, x, y, write) {
  const { layer } = page.view,
    counts = guantu.countOptions(page.bundle, page.filter, "stage", page.found);
  for (const [code, n] of counts) {
    const look = layer.rules.stage[code],
      image = layer.symbols.sprite(look, 12, "", false, layer.ground.edge),
      side = image.width / layer.symbols.ratio,
      words = `${page.title("stage", code)} ${n}`;
    context.drawImage(image, x, y - side / 2, side, side);
    write(words, x + side + 2, y, "12px");
    x += side + 14 + context.measureText(words).width;
  }
};

guantu.savePicture = function (page) {
  const link = document.createElement("a");
  link.href = guantu.picture(page).toDataURL("image/png");
  link.download = `guantu-${page.day}.png`;
  link.click();
  page.tell(page.say("picture-saved", { file: link.download }));
};

guantu.copyPicture = async function (page) {
  try {
    const blob = await new Promise((done) => guantu.picture(page).toBlob(done, "image/png"));
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    page.tell(page.say("picture-copied"));
  } catch {
    page.tell(page.say("copy-failed"));
  }
};

// A line on the map by clicks; a second time, or Escape, ends it.
guantu.startMeasuring = function (page) {
  guantu.stopMeasuring(page);
  page.measuring = { points: [], line: L.polyline([], { color: "#c2410c", weight: 2, dashArray: "6 4" }) };
  page.measuring.line.addTo(page.map);
  page.map.getContainer().style.cursor = "crosshair";
  page.tell(page.say("measure-hint"), true);
};
guantu.addPoint = function (page, latlng) {
  const { points, line } = page.measuring;
  points.push(latlng);
  line.setLatLngs(points);
  const metres = points.slice(1).reduce((sum, point, i) => sum + page.map.distance(points[i], point), 0);
  page.tell(page.say("measured", { m: guantu.distanceWords(metres) }), true);
};
guantu.stopMeasuring = function (page) {
  if (!page.measuring) return false;
  page.measuring.line.remove();
  page.measuring = null;
  page.map.getContainer().style.cursor = "";
  page.tell("");
  return true;
};

// Views by name, in this browser alone; where nothing may be stored, that is said.
guantu.stored = function () {
  try {
    return JSON.parse(window.localStorage.getItem("guantu-views") || "[]").filter(
      (one) => Array.isArray(one) && one.length === 2 && one.every((part) => typeof part === "string"),
    );
  } catch {
    return null;
  }
};
guantu.store = function (views) {
  try {
    window.localStorage.setItem("guantu-views", JSON.stringify(views));
    return true;
  } catch {
    return false;
  }
};

guantu.savedViews = function (page, done) {
  const { h } = guantu,
    views = guantu.stored();
  if (!views) return h("p", { class: "calm" }, page.say("no-storage"));
  const box = h("input", {
    id: "view-name",
    maxlength: 60,
    placeholder: page.say("view-name"),
    "aria-label": page.say("view-name"),
    value: guantu.titleOf(page).split(" · ").slice(1).join(" · "),
  });
  const save = () => {
    const name = box.value.trim();
    if (!name) return box.focus();
    /** @type {[string, string][]} */
    const kept = [...views.filter(([other]) => other !== name), [name, guantu.stateText(page)]];
    page.tell(page.say(guantu.store(kept) ? "view-saved" : "no-storage", { name }));
    done();
  };
  return h(
    "div",
    { class: "items" },
    views.map(([name, text]) =>
      h(
        "div",
        { class: "saved" },
        h(
          "button",
          {
            type: "button",
            class: "item",
            onclick: () => {
              done();
              page.set(guantu.stateOf(page, text));
              guantu.fitResult(page);
            },
          },
          name,
        ),
        h(
          "button",
          {
            type: "button",
            class: "close",
            "aria-label": page.say("forget-view", { name }),
            onclick: (event) => {
              guantu.store(guantu.stored().filter(([other]) => other !== name));
              event.target.parentElement.remove();
            },
          },
          "×",
        ),
      ),
    ),
    h(
      "div",
      { class: "saved" },
      box,
      h("button", { type: "button", id: "save-view", onclick: save }, page.say("save")),
    ),
  );
};
