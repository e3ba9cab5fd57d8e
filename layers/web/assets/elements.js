// Pieces that every part of the page is made of. All text goes in as text.
"use strict";

guantu.h = function (tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
  }
  node.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
};

// Drawings of our own; a button with one of them has its name in words.
guantu.ICONS = {
  filter: "M3 5h18M6.5 12h11M10 19h4",
  table: "M3 5h18v14H3zM3 10h18M9 10v9",
  close: "M5 5l14 14M19 5L5 19",
  play: "M7 4l13 8-13 8z",
  pause: "M8 5v14M16 5v14",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  target: "M12 3v4M12 17v4M3 12h4M17 12h4M12 8a4 4 0 1 0 .01 0z",
  plus: "M12 4v16M4 12h16",
  minus: "M4 12h16",
  menu: "M4 6h16M4 12h16M4 18h16",
  search: "M10.5 4a6.5 6.5 0 1 0 .01 0zM15.5 15.5L21 21",
  link: "M9.5 14.5l5-5M8 11l-3 3a3.5 3.5 0 0 0 5 5l3-3M16 13l3-3a3.5 3.5 0 0 0-5-5l-3 3",
  compare: "M12 3v18M9 6H4v12h5M15 6h5v12h-5",
  layers: "M12 3l9 5-9 5-9-5zM3 13l9 5 9-5",
};
guantu.icon = function (name) {
  const holder = guantu.h("span", { class: "icon", "aria-hidden": "true" });
  const path = `<path d="${guantu.ICONS[name]}"/>`;
  holder.innerHTML = `<svg viewBox="0 0 24 24" width="18" height="18">${path}</svg>`;
  return holder;
};

// A button with a drawing and, where there is room, its name.
guantu.iconButton = (id, icon, action, more = {}) =>
  guantu.h(
    "button",
    { id, type: "button", class: "icon-button", onclick: action, ...more },
    guantu.icon(icon),
  );

guantu.name = function (node, words) {
  node.setAttribute("aria-label", words);
  node.title = words;
};

// The language of a node. Set again, even the same one makes a browser restyle all that stands in it.
guantu.speak = function (node, lang) {
  const code = lang === "zh" ? "zh-CN" : "en";
  if (node.lang !== code) node.lang = code;
};

guantu.swatch = function (page, code) {
  const holder = guantu.h("span", { class: "swatch", "aria-hidden": "true" });
  // The swatches are our own drawings.
  holder.innerHTML = page.swatches.get(code) || page.config.outcomes[code] || "";
  return holder;
};

// A word that leads somewhere.
guantu.goTo = (words, action, attributes = {}) =>
  guantu.h("button", { type: "button", class: "row", onclick: action, ...attributes }, words);

// Children of a node drawn anew; whoever had the focus keeps it.
guantu.redraw = function (node, ...children) {
  const focused = node.contains(document.activeElement) && document.activeElement.id;
  node.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
};

// The height of a sheet from below follows the finger; let go, it rests at a third, half or all.
guantu.grip = function (sheet, step) {
  const rests = [0.34, 0.56, 0.92];
  const set = (share) => sheet.style.setProperty("--share", String(Math.max(0.2, Math.min(0.92, share))));
  const node = guantu.h("button", {
    type: "button",
    class: "grip",
    onkeydown: (event) => {
      const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!way) return;
      event.preventDefault();
      const now = Number(sheet.style.getPropertyValue("--share")) || rests[0],
        at = rests.findIndex((rest) => rest >= now - 0.01);
      set(rests[Math.max(0, Math.min(rests.length - 1, at + way))]);
      step();
    },
    onpointerdown: (event) => {
      node.setPointerCapture(event.pointerId);
      node.onpointermove = (moved) => set(1 - moved.clientY / window.innerHeight);
      node.onpointerup = () => {
        node.onpointermove = node.onpointerup = null;
        const now = Number(sheet.style.getPropertyValue("--share")) || rests[0];
        set(rests.reduce((a, b) => (Math.abs(b - now) < Math.abs(a - now) ? b : a)));
        step();
      };
    },
  });
  return node;
};

// A piece of a picture.
guantu.svg = function (tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return node;
};
