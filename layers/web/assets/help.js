// Help: the keys, the words, what the data are worth, and a walk round the screen.
"use strict";

guantu.KEYS = [
  ["/", "key-search"],
  ["f", "key-filters"],
  ["t", "key-table"],
  ["[ ]", "key-rows"],
  ["0", "key-home"],
  ["← ↑ → ↓ + − Enter", "key-map"],
  ["l", "key-language"],
  ["?", "key-help"],
  ["Esc", "key-close"],
];

guantu.openHelp = function (page, part) {
  const { h } = guantu;
  const content = {
    keys: () =>
      h(
        "dl",
        { class: "keys" },
        guantu.KEYS.map(([key, words]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, page.say(words))]),
      ),
    glossary: () =>
      Object.entries(page.bundle.explained).map(([list, codes]) => [
        h("h3", {}, page.say(list)),
        h(
          "dl",
          {},
          Object.entries(codes).map(([code, words]) => [
            h("dt", {}, page.title(list, code)),
            h("dd", {}, page.of(words)),
          ]),
        ),
      ]),
    "about-data": () => [
      h("p", {}, page.of(page.config.subtitle)),
      h("p", {}, page.say("newest-source", { day: page.bundle.newest })),
      h("p", {}, page.of(page.config.notice)),
      ...(page.config.foot ? page.of(page.config.foot).map((line) => h("p", {}, line)) : []),
      h("p", { class: "calm" }, page.say("licences")),
    ],
  };
  guantu.openDialog(page, "help", page.say(part), h("div", { class: "help" }, content[part]()));
};

guantu.WALK = ["numbers", "q", "filters-button", "days", "map", "table-button", "menu-button"];

// One place of the screen after the other, with a word on each.
guantu.showAround = function (page, at = 0) {
  document.getElementById("walk")?.remove();
  document.querySelectorAll(".walked").forEach((node) => node.classList.remove("walked"));
  const places = guantu.WALK.filter((id) => document.getElementById(id)?.getClientRects().length);
  if (at >= places.length) return guantu.remembered("guantu-walked");
  const { h } = guantu,
    node = document.getElementById(places[at]),
    box = node.getBoundingClientRect();
  node.classList.add("walked");
  const last = at === places.length - 1;
  const card = h(
    "div",
    { id: "walk", role: "dialog", "aria-label": page.say("show-around") },
    h("p", {}, page.say(`walk-${places[at]}`)),
    h(
      "div",
      { class: "saved" },
      h("small", { class: "calm" }, `${at + 1} / ${places.length}`),
      !last &&
        h(
          "button",
          { type: "button", onclick: () => guantu.showAround(page, places.length) },
          page.say("skip"),
        ),
      h(
        "button",
        { type: "button", id: "walk-next", class: "main", onclick: () => guantu.showAround(page, at + 1) },
        page.say(last ? "done" : "walk-on"),
      ),
    ),
  );
  document.body.append(card);
  const left = Math.max(8, Math.min(window.innerWidth - card.offsetWidth - 8, box.left)),
    below = box.bottom + 10 + card.offsetHeight < window.innerHeight;
  card.style.left = `${left}px`;
  const above = Math.max(8, Math.min(box.top, window.innerHeight) - card.offsetHeight - 10);
  card.style.top = `${below ? box.bottom + 8 : above}px`;
  document.getElementById("walk-next").focus();
};

// Once seen, not offered again; where nothing may be stored it is not offered at all.
guantu.remembered = function (key) {
  try {
    window.localStorage.setItem(key, "yes");
  } catch {
    return false;
  }
  return true;
};
guantu.firstVisit = function () {
  try {
    return window.localStorage.getItem("guantu-walked") === null;
  } catch {
    return false;
  }
};
