// The keyboard. What a key does in a text field, on a button or on the map is their own affair.
"use strict";

// Of the map to explore, by the key in lower case.
guantu.exploreKeys = (page) => ({
  "/": () => document.getElementById("q").focus(),
  f: () => page.sheet("filters"),
  t: () => page.set({ table: guantu.nextTable(page) }),
  "[": () => page.selected && guantu.stepRow(page, -1),
  "]": () => page.selected && guantu.stepRow(page, 1),
  0: () => guantu.backHome(page),
  "?": () => guantu.openHelp(page, "keys"),
  l: page.langs.length > 1 ? () => page.set({ lang: 1 - page.lang }) : null,
  escape: () => guantu.closeTop(page),
});

// The sheet that was opened last, one at a time.
guantu.closeTop = function (page) {
  if (document.getElementById("walk")) return guantu.showAround(page, Infinity);
  if (guantu.stopMeasuring(page)) return;
  if (page.selected) page.choose(page.selected.table, -1);
  else if (page.listed) page.list("", "", null);
  else if (page.table) page.set({ table: "" });
  else if (page.open.filters) page.sheet("filters", false);
};

guantu.listenKeys = function (page, target, actionsOf) {
  target.addEventListener("keydown", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (on("dialog") || (event.key !== "Escape" && on("input:not([type=checkbox]), select, textarea")))
      return;
    if ([" ", "Enter"].includes(event.key) && on("button, a, summary, input")) return;
    if (page.mode === "explore" && on("#map") && event.key.startsWith("Arrow")) return;
    const act = actionsOf(page)[event.key.toLowerCase()];
    if (!act) return;
    act();
    event.preventDefault();
  });
};
