// Search: hits by kind while one types; Enter goes there.
"use strict";

guantu.HITS = 12; // as many as one looks through
guantu.KINDS = ["features", "measures", "agencies", "town", "article"];

guantu.buildFind = function (page) {
  const { h } = guantu;
  const box = h("input", {
    id: "q",
    type: "search",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: guantu.LONGEST,
    "aria-expanded": "false",
    "aria-controls": "hits",
    "aria-autocomplete": "list",
    oninput: () => guantu.suggest(page),
    onfocus: () => box.value && guantu.suggest(page),
    onkeydown: (event) => guantu.walkHits(page, event),
    onblur: () => setTimeout(() => !document.activeElement?.closest("#find") && guantu.closeHits(page), 150),
  });
  return h(
    "div",
    { id: "find" },
    guantu.icon("search"),
    box,
    h("ul", { id: "hits", role: "listbox", hidden: true }),
  );
};

guantu.renderFind = function (page) {
  const box = document.getElementById("q");
  box.placeholder = page.say("search-hint");
  box.setAttribute("aria-label", page.say("search"));
  document.getElementById("hits").setAttribute("aria-label", page.say("hits"));
  if (document.activeElement !== box) box.value = page.filter.q;
};

// How well a row answers: a name (or its pinyin, or its initials) begins with the words, holds them, or only
// other texts of it do.
guantu.score = function (row, words) {
  const names = [...(row.name || []), ...(row.aliases || [])].map(guantu.fold),
    spelled = row.text[1].split("\n"),
    joined = words.replace(/\s+/g, "");
  // Bodies of the city are called without the word for city.
  const bare = [
    ...names.map((name) => name.replace(/^市/, "")),
    ...spelled.map((line) => line.replace(/^s(hi)?/, "")),
  ];
  if ([...names, ...bare].some((name) => name.startsWith(words))) return 0;
  if ([...spelled, ...bare].some((line) => line.startsWith(joined))) return 0;
  return [...names, ...(joined.length > 2 ? spelled : [])].some((name) => name.includes(joined)) ? 1 : 2;
};

// What holds the words, the nearest first: kind, place, title, swatch, what is said of it.
guantu.hitsFor = function (page, words) {
  const test = guantu.matcher(words),
    folded = guantu.fold(words.trim());
  return guantu
    .candidates(page)
    .filter(({ row }) => test(row))
    .map((hit) => ({ ...hit, score: guantu.score(hit.row, folded) }))
    .sort(
      (a, b) =>
        a.score - b.score ||
        guantu.KINDS.indexOf(a.kind) - guantu.KINDS.indexOf(b.kind) ||
        (b.row.weight || 0) - (a.row.weight || 0),
    )
    .slice(0, guantu.HITS);
};

// Everything that can be found.
guantu.candidates = function (page) {
  const { bundle } = page;
  const coded = (list) =>
    Object.entries(bundle.codes[list]).map(([code, titles]) => ({
      kind: list,
      at: code,
      row: { name: titles, text: [guantu.fold([code, ...titles].join("\n")), ""] },
      said: () => page.say(list),
    }));
  /** @param {Feature} row */
  const towns = (row) => row.town.map((code) => page.title("town", code)).join(page.say("comma"));
  return [
    ...bundle.agencies.map((row, at) => ({
      kind: "agencies",
      at,
      row,
      said: () => [
        page.say("agency"),
        page.of(row.later) && page.say("now-named", { name: page.of(row.later) }),
      ],
    })),
    ...coded("town"),
    ...bundle.features
      .map((row, at) => ({
        kind: "features",
        at,
        row,
        swatch: row.stage,
        said: () => [page.title("theme", row.theme), page.stage(row, row.stage), towns(row)],
      }))
      .filter(({ row }) => row.kept),
    ...bundle.measures.map((row, at) => ({
      kind: "measures",
      at,
      row,
      swatch: row.outcome,
      said: () => [page.say("measure"), page.title("outcome", row.outcome)],
    })),
    ...coded("article"),
  ];
};

guantu.suggest = function (page) {
  const { h } = guantu,
    box = document.getElementById("q"),
    list = document.getElementById("hits"),
    words = box.value.trim();
  if (!words) {
    guantu.closeHits(page);
    if (page.filter.q) page.change("q", "");
    return;
  }
  const found = guantu.hitsFor(page, words);
  page.hits = [...found, { kind: "text", at: words }];
  page.hitAt = 0;
  const option = (hit, i, content) =>
    h(
      "li",
      {
        id: `hit-${i}`,
        role: "option",
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => guantu.goToHit(page, hit),
      },
      content,
    );
  list.replaceChildren(
    ...found.map((hit, i) =>
      option(hit, i, [
        hit.swatch ? guantu.swatch(page, hit.swatch) : h("span", { class: "swatch" }),
        h("b", {}, page.of(hit.row.name)),
        h("small", {}, [hit.said()].flat().filter(Boolean).join(" · ")),
      ]),
    ),
    option(page.hits.at(-1), found.length, [
      guantu.icon("filter"),
      h("b", {}, page.say(found.length ? "only-these" : "no-hit", { words })),
    ]),
  );
  list.hidden = false;
  page.tall(true);
  box.setAttribute("aria-expanded", "true");
  guantu.markHit(page);
};

guantu.markHit = function (page) {
  document.querySelectorAll("#hits li").forEach((node, i) => {
    node.setAttribute("aria-selected", String(i === page.hitAt));
    if (i === page.hitAt) node.scrollIntoView({ block: "nearest" });
  });
  document.getElementById("q").setAttribute("aria-activedescendant", `hit-${page.hitAt}`);
};

guantu.walkHits = function (page, event) {
  const list = document.getElementById("hits"),
    way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.isComposing) return;
  if (event.key === "Escape") {
    if (list.hidden) return;
    event.stopPropagation();
    guantu.closeHits(page);
  } else if (event.key === "Enter") {
    // Else the same key also presses what it leads to.
    event.preventDefault();
    const words = event.target.value.trim();
    if (list.hidden || !page.hits) page.change("q", words);
    else guantu.goToHit(page, page.hits[page.hitAt]);
  } else if (way && !list.hidden) {
    event.preventDefault();
    page.hitAt = (page.hitAt + way + page.hits.length) % page.hits.length;
    guantu.markHit(page);
  }
};

guantu.closeHits = function (page) {
  const box = document.getElementById("q");
  document.getElementById("hits").hidden = true;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
  page.hits = null;
  page.tall(false);
};

// Shows what was found; the keyboard goes on from there.
guantu.goToHit = function (page, hit) {
  guantu.closeHits(page);
  if (hit.kind !== "text") document.getElementById("q").value = "";
  guantu.answerTo(page, hit);
  guantu.renderWaiting(page);
  const id = ["features", "measures"].includes(hit.kind)
    ? "#close-details"
    : "#answer .chip button:last-child";
  (document.querySelector(id) || document.getElementById("q")).focus({ preventScroll: true });
};

// A row is chosen and shown; a name that can be filtered by, filters; the words alone filter by text.
guantu.answerTo = function (page, { kind, at }) {
  if (kind === "text") return page.set({ filter: { ...page.filter, q: at }, listed: null });
  if (kind === "features" || kind === "measures") return guantu.flyTo(page, kind, at);
  page.set({
    filter: { ...guantu.emptyFilter(), [kind === "agencies" ? "agency" : kind]: new Set([at]) },
    listed: null,
    selected: null,
  });
  guantu.fitResult(page);
};

// To a row wherever it is; a filter that leaves it out gives way.
guantu.flyTo = function (page, table, row) {
  const kept = page.found[table].includes(row);
  page.set({
    selected: { table, row },
    elsewhere: page.elsewhere === undefined ? undefined : "",
    ...(kept ? {} : { filter: guantu.emptyFilter() }),
  });
  guantu.reveal(page, true);
};
