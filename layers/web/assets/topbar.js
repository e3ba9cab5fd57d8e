// The bar at the top: name, search, pages, language, and the menu of what is seldom needed.
"use strict";

guantu.buildTopbar = function (page) {
  const { h } = guantu,
    button = (id, action, more = {}) => h("button", { id, type: "button", onclick: action, ...more });
  return h(
    "header",
    { id: "top" },
    h("h1", { id: "heading" }),
    guantu.buildFind(page),
    h("nav", { id: "pages" }),
    page.langs.length > 1 && button("lang", () => page.set({ lang: 1 - page.lang })),
    guantu.iconButton("menu-button", "menu", () => guantu.openMenu(page), { "aria-haspopup": "dialog" }),
  );
};

guantu.renderTopbar = function (page) {
  const { h } = guantu,
    node = (id) => document.getElementById(id);
  node("top").hidden = page.mode !== "explore";
  node("heading").textContent = page.of(page.config.heading);
  node("heading").title = page.of(page.config.subtitle);
  node("pages").setAttribute("aria-label", page.say("pages"));
  const current = page.at === undefined ? page.elsewhere || "map" : "map";
  guantu.redraw(
    node("pages"),
    guantu.pagesOf(page).map(([key, action]) =>
      h(
        "button",
        {
          id: `page-${key}`,
          type: "button",
          "aria-current": key === current ? "page" : null,
          onclick: action,
        },
        page.say(`page-${key}`),
      ),
    ),
  );
  if (node("lang")) {
    node("lang").textContent = page.say("language");
    guantu.speak(node("lang"), page.langs[1 - page.lang]);
  }
  guantu.name(node("menu-button"), page.say("menu"));
  guantu.renderFind(page);
};

// Where one can go: in the file to the tour, in the app to the pages that the server makes.
guantu.pagesOf = (page) =>
  page.at === undefined
    ? ["", ...guantu.ELSEWHERE].map((name) => [name || "map", () => page.set({ elsewhere: name })])
    : [
        ["tour", () => page.turn()],
        ["map", () => {}],
      ];

// A sheet over the page that takes the keyboard until it is closed; the browser sees to the focus.
guantu.openDialog = function (page, id, title, content) {
  document.getElementById(id)?.remove();
  const { h } = guantu,
    close = h("button", { type: "button", class: "close", "aria-label": page.say("close") }, "×");
  const dialog = h(
    "dialog",
    { id, class: "dialog", "aria-label": title },
    h("header", {}, h("h2", {}, title), close),
    content,
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    page.tall(false);
  });
  document.body.append(dialog);
  page.tall(true);
  dialog.showModal();
  return dialog;
};

guantu.openMenu = function (page) {
  const { h } = guantu;
  const item = (key, action, more = {}) =>
    h(
      "button",
      {
        type: "button",
        class: "item",
        id: `menu-${key}`,
        onclick: () => {
          dialog.close();
          action();
        },
        ...more,
      },
      page.say(key),
    );
  const group = (title, ...items) => [h("h3", {}, page.say(title)), h("div", { class: "items" }, items)];
  const pages = guantu
    .pagesOf(page)
    .map(([key, action]) => item(`page-${key}`, action, { id: `menu-page-${key}` }));
  const dialog = guantu.openDialog(page, "menu", page.say("menu"), [
    h("div", { class: "narrow-only" }, group("pages", ...pages)),
    group(
      "share",
      item("copy-link", () => guantu.copyLink(page)),
      item("save-picture", () => guantu.savePicture(page)),
      item("copy-picture", () => guantu.copyPicture(page)),
      item("print", () => window.print()),
      page.at !== undefined && item("fullscreen", guantu.toggleFull),
    ),
    group(
      "saved-views",
      guantu.savedViews(page, () => dialog.close()),
    ),
    group(
      "tools",
      item("measure-distance", () => guantu.startMeasuring(page)),
      guantu.visionPick(page),
    ),
    group(
      "help",
      item("keys", () => guantu.openHelp(page, "keys")),
      item("glossary", () => guantu.openHelp(page, "glossary")),
      item("about-data", () => guantu.openHelp(page, "about-data")),
      item("show-around", () => guantu.showAround(page)),
    ),
  ]);
};

guantu.visionPick = function (page) {
  const { h } = guantu;
  return h(
    "label",
    { class: "item" },
    page.say("vision"),
    h(
      "select",
      { id: "vision", onchange: (event) => page.set({ vision: event.target.value }) },
      ["normal", "grey", ...Object.keys(page.config.vision)].map((name) =>
        h("option", { value: name, selected: name === page.vision }, page.say(`vision-${name}`)),
      ),
    ),
  );
};
