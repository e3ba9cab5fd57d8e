// The page around the map: its parts, drawn anew with each act. All text goes in as text.
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

guantu.swatch = function (page, code) {
  const holder = guantu.h("span", { class: "swatch", "aria-hidden": "true" });
  // The swatches are our own drawings.
  holder.innerHTML = page.swatches.get(code) || page.config.outcomes[code] || "";
  return holder;
};

guantu.buildPage = function (page) {
  const { h } = guantu,
    button = (id, action) => h("button", { id, type: "button", onclick: action });
  document.getElementById("app").replaceChildren(
    h("main", { id: "panel", tabindex: "-1" }),
    h("aside", { id: "details" }),
    h("section", { id: "table" }),
    guantu.buildDays(page),
    h(
      "nav",
      { id: "bar" },
      button("previous", () => page.go(page.at - 1)),
      h("span", { id: "place", "aria-live": "polite" }),
      button("next", () => page.go(page.at + 1)),
      h("select", { id: "contents", onchange: (event) => page.go(Number(event.target.value)) }),
      button("mode", () => page.turn()),
      page.langs.length > 1 && button("lang", () => page.set({ lang: 1 - page.lang })),
      button("presenter", () => guantu.openPresenter(page)),
      button("print", () => window.print()),
      button("full", guantu.toggleFull),
    ),
    h("footer", { id: "foot" }),
  );
};

guantu.renderPage = function (page) {
  guantu.remember(page);
  const { h } = guantu,
    { body } = document;
  body.dataset.mode = page.mode;
  document.documentElement.lang = page.langs[page.lang] === "zh" ? "zh-CN" : "en";
  document.title = page.of(page.config.title);
  const found = guantu.renderMoving(page);
  const details = document.getElementById("details"),
    table = document.getElementById("table");
  details.hidden = !page.selected;
  details.replaceChildren(...(page.selected ? guantu.details(page) : []));
  const listed =
    page.mode === "explore"
      ? page.listed || { title: "", table: page.tab, rows: found[page.tab] }
      : page.listed;
  table.hidden = !listed;
  table.replaceChildren(...(listed ? guantu.tableOf(page, listed) : []));
  for (const [id, key, mark] of [
    ["previous", "previous", "‹"],
    ["next", "next", "›"],
    ["presenter", "presenter", ""],
    ["print", "print", ""],
    ["full", "fullscreen", ""],
    ["lang", "language", ""],
  ]) {
    const node = document.getElementById(id);
    if (!node) continue;
    node.textContent = mark || page.say(key);
    node.setAttribute("aria-label", page.say(key));
  }
  document.getElementById("mode").textContent = page.say(page.mode === "tour" ? "explore" : "tour");
  document.getElementById("previous").disabled = page.at === 0;
  document.getElementById("next").disabled = page.at === page.chapters().length - 1;
  document.getElementById("place").textContent = page.say("of", {
    n: page.at + 1,
    all: page.chapters().length,
  });
  const contents = document.getElementById("contents");
  contents.setAttribute("aria-label", page.say("contents"));
  contents.replaceChildren(
    ...page.chapters().map((one, i) => h("option", { value: i, selected: i === page.at }, one.title)),
  );
  const foot = document.getElementById("foot");
  foot.replaceChildren(...page.of(page.config.foot).map((line) => h("span", {}, line)));
  body.style.setProperty("--foot", `${foot.offsetHeight}px`);
  document.getElementById("bar").title = page.say("keys");
  guantu.renderPresenter(page);
};

// What moves with the day: the map and all numbers beside it.
guantu.renderMoving = function (page) {
  guantu.standOn(page.bundle, page.day);
  guantu.renderDays(page);
  const chapter = page.chapter(),
    tour = page.mode === "tour";
  const found = (page.found = tour
    ? { features: chapter.features, measures: chapter.measures }
    : guantu.applyFilter(page.bundle, page.filter));
  guantu.showOnMap(page, found.features);
  const panel = document.getElementById("panel"),
    focused = document.activeElement?.id;
  const said = page.ignored.join(page.say("comma"));
  const notice = said
    ? [guantu.h("p", { class: "warn", role: "alert" }, page.say("ignored", { values: said }))]
    : [];
  panel.replaceChildren(
    ...notice,
    ...(tour ? guantu.chapterPanel(page, chapter) : guantu.filterPanel(page, found)),
  );
  if (focused) document.getElementById(focused)?.focus();
  return found;
};
