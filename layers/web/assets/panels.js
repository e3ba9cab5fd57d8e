// What stands beside the map: chapters, filters, tables, details and the presenter's window. All text goes in as text.
"use strict";

guantu.h = function (tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
};

guantu.swatch = function (page, code) {
  const holder = guantu.h("span", { class: "swatch", "aria-hidden": "true" });
  // The swatches are our own drawings.
  holder.innerHTML = page.swatches.get(code) || page.config.outcomes[code] || "";
  return holder;
};

guantu.buildPage = function (page) {
  const { h } = guantu, button = (id, action) => h("button", { id, type: "button", onclick: action });
  document.getElementById("app").replaceChildren(
    h("main", { id: "panel", tabindex: "-1" }),
    h("aside", { id: "details" }),
    h("section", { id: "table" }),
    guantu.buildDays(page),
    h("nav", { id: "bar" },
      button("previous", () => page.go(page.at - 1)),
      h("span", { id: "place", "aria-live": "polite" }),
      button("next", () => page.go(page.at + 1)),
      h("select", { id: "contents", onchange: (event) => page.go(Number(event.target.value)) }),
      button("mode", () => page.turn()),
      page.langs.length > 1 && button("lang", () => page.set({ lang: 1 - page.lang })),
      button("presenter", () => guantu.openPresenter(page)),
      button("print", () => window.print()),
      button("full", guantu.toggleFull)),
    h("footer", { id: "foot" }));
};

guantu.renderPage = function (page) {
  guantu.remember(page);
  const { h } = guantu, chapter = page.chapter(), { body } = document;
  body.dataset.mode = page.mode;
  document.documentElement.lang = page.langs[page.lang] === "zh" ? "zh-CN" : "en";
  document.title = page.of(page.config.title);
  const found = guantu.renderMoving(page);
  const details = document.getElementById("details"), table = document.getElementById("table");
  details.hidden = !page.selected;
  details.replaceChildren(...(page.selected ? guantu.details(page) : []));
  const listed = page.mode === "explore" ? page.listed || { title: "", table: page.tab, rows: found[page.tab] } : page.listed;
  table.hidden = !listed;
  table.replaceChildren(...(listed ? guantu.tableOf(page, listed) : []));
  for (const [id, key, mark] of [["previous", "previous", "‹"], ["next", "next", "›"], ["presenter", "presenter", ""], ["print", "print", ""], ["full", "fullscreen", ""], ["lang", "language", ""]]) {
    const node = document.getElementById(id);
    if (!node) continue;
    node.textContent = mark || page.say(key);
    node.setAttribute("aria-label", page.say(key));
  }
  document.getElementById("mode").textContent = page.say(page.mode === "tour" ? "explore" : "tour");
  document.getElementById("previous").disabled = page.at === 0;
  document.getElementById("next").disabled = page.at === page.chapters().length - 1;
  document.getElementById("place").textContent = page.say("of", { n: page.at + 1, all: page.chapters().length });
  const contents = document.getElementById("contents");
  contents.setAttribute("aria-label", page.say("contents"));
  contents.replaceChildren(...page.chapters().map((one, i) => h("option", { value: i, selected: i === page.at }, one.title)));
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
  const chapter = page.chapter(), tour = page.mode === "tour";
  const found = page.found = tour ? { features: chapter.features, measures: chapter.measures } : guantu.applyFilter(page.bundle, page.filter);
  guantu.showOnMap(page, found.features);
  const panel = document.getElementById("panel"), focused = document.activeElement?.id;
  const said = page.ignored.join(page.say("comma"));
  const notice = said ? [guantu.h("p", { class: "warn", role: "alert" }, page.say("ignored", { values: said }))] : [];
  panel.replaceChildren(...notice, ...(tour ? guantu.chapterPanel(page, chapter) : guantu.filterPanel(page, found)));
  if (focused) document.getElementById(focused)?.focus();
  return found;
};

guantu.chapterPanel = function (page, chapter) {
  const { h } = guantu;
  const part = (item) => (typeof item === "string" ? item : guantu.figure(page, item, chapter.title));
  return [
    h("h1", {}, chapter.title),
    ...chapter.sentences.map((sentence) => h("p", { class: "say" }, sentence.map(part))),
    chapter.chart && guantu.chart(page, chapter),
    chapter.changes.length > 0 && guantu.changes(page, chapter.changes),
  ].filter(Boolean);
};

// A number leads to the rows that it counts.
guantu.figure = function (page, figure, title) {
  const count = String(figure.rows.length);
  if (!figure.rows.length) return guantu.h("b", {}, count);
  return guantu.h("button", { class: "figure", type: "button", onclick: () => page.list(title, figure.table, figure.rows) }, count);
};

guantu.chart = function (page, { chart, title }) {
  const { h } = guantu, most = Math.max(...chart.bars.map(([, , figure]) => figure.rows.length));
  const colour = (code) => (page.config.symbology[chart.codelist][code] || {}).color;
  return h("figure", { class: "chart" }, h("figcaption", {}, chart.title),
    ...chart.bars.map(([code, name, figure]) => h("div", { class: "bar" }, h("span", {}, name),
      h("span", { class: "track" }, h("span", { class: "fill", style: `width:${(100 * figure.rows.length) / most}%;background:${colour(code)}` })),
      guantu.figure(page, figure, title))));
};

guantu.CHANGES = 7; // as many as can be read from the back of a room

guantu.changes = function (page, changes) {
  const { h } = guantu;
  const line = (change) => {
    const list = change.table === "features" ? "stage" : "outcome";
    return h("li", {},
      h("button", { class: "row", type: "button", onclick: () => page.choose(change.table, change.row) }, change.name), " ",
      h("span", { class: "calm" }, page.say("changed", { before: page.title(list, change.before), after: page.title(list, change.after) })));
  };
  const more = changes.length - guantu.CHANGES;
  return h("ul", { class: "changes" }, changes.slice(0, guantu.CHANGES).map(line), more > 0 && h("li", { class: "calm" }, page.say("more", { n: more })));
};

guantu.filterPanel = function (page, found) {
  const { h } = guantu, { filter, bundle } = page;
  const change = (facet, value) => page.set({ filter: { ...filter, [facet]: value }, listed: null });
  const facet = (name, list, swatched) => {
    const counts = guantu.countOptions(bundle, filter, name);
    const codes = Object.keys(bundle.codes[list]).filter((code) => counts.get(code) || filter[name].has(code));
    const toggle = (code) => { const next = new Set(filter[name]); if (!next.delete(code)) next.add(code); change(name, next); };
    return h("fieldset", {}, h("legend", {}, page.say(name)), codes.map((code) => h("label", {},
      h("input", { type: "checkbox", id: `${name}-${code}`, checked: filter[name].has(code), onchange: () => toggle(code) }),
      swatched && guantu.swatch(page, code), page.title(list, code), h("small", {}, String(counts.get(code) || 0)))));
  };
  // One of many: the options that would keep something, with how much; `read` turns the text of an option into its value.
  const pick = (name, options, sorted, read = (value) => value) => {
    const counts = guantu.countOptions(bundle, filter, name), chosen = [...filter[name]][0];
    const shown = options.map(([value, title]) => [value, title, counts.get(value) || 0]).filter(([value, , n]) => n || value === chosen);
    if (sorted) shown.sort((a, b) => b[2] - a[2] || a[1].localeCompare(b[1], page.langs[page.lang]));
    return h("label", { class: "pick" }, page.say(name), h("select", { id: name, onchange: (event) => change(name, new Set(event.target.value ? [read(event.target.value)] : [])) },
      h("option", { value: "" }, page.say("all")), shown.map(([value, title, n]) => h("option", { value, selected: value === chosen }, `${title} (${n})`))));
  };
  const listed = (name) => Object.keys(bundle.codes[name]).map((code) => [code, page.title(name, code)]);
  return [
    h("h1", {}, page.say("filters")),
    h("p", { id: "counts" }, `${page.say("measures")} `, h("b", {}, String(found.measures.length)), ` · ${page.say("features")} `, h("b", {}, String(found.features.length))),
    h("input", { type: "search", id: "q", value: filter.q, placeholder: page.say("search"), "aria-label": page.say("search"), oninput: (event) => {
      clearTimeout(page.typing);
      page.typing = setTimeout(() => { const at = event.target.selectionStart; change("q", event.target.value); const box = document.getElementById("q"); box.focus(); box.setSelectionRange(at, at); }, 200);
    } }),
    pick("agency", bundle.agencies.map((row, i) => [i, page.of(row.name)]), true, Number),
    facet("role", "role"), facet("stage", "stage", true), facet("outcome", "outcome", true), facet("theme", "theme"),
    facet("document", "document"), pick("article", listed("article")), pick("town", listed("town"), true), facet("location", "location"),
    h("button", { id: "reset", type: "button", onclick: () => page.set({ filter: guantu.emptyFilter(), listed: null }) }, page.say("reset")),
    ...(found.measures.length + found.features.length ? [] : [h("p", { role: "status" }, page.say("no-row"))]),
  ];
};

// Who is named by the measures that are shown, with the number of measures in each role.
guantu.agencyColumns = function (page) {
  const { articles, measures } = page.bundle, counts = new Map();
  for (const m of page.found.measures)
    for (const pair of new Set(articles[measures[m].article].agencies.map(([role, agency]) => `${agency} ${role}`)))
      counts.set(pair, (counts.get(pair) || 0) + 1);
  const number = (role) => (row, i) => String(counts.get(`${i} ${role}`) || "");
  return [["name", (row) => page.of(row.name)], ...Object.keys(page.bundle.codes.role).map((role) => [page.title("role", role), number(role)])];
};

guantu.tableOf = function (page, { title, table, rows }) {
  const { h } = guantu, { bundle } = page, of = page.of;
  const roles = (measure) => bundle.articles[measure.article].agencies.filter(([role]) => role !== "cooperating").map(([, agency, written]) => guantu.agencyName(page, agency, written)).join(page.say("comma"));
  const columns = table === "agencies" ? guantu.agencyColumns(page) : table === "measures"
    ? [["name", (row) => of(row.name)], ["outcome", (row) => [guantu.swatch(page, row.outcome), page.title("outcome", row.outcome)]], ["agency", roles], ["due", (row) => row.due]]
    : [["name", (row) => of(row.name)], ["theme", (row) => page.title("theme", row.theme)], ["stage", (row) => [guantu.swatch(page, row.stage), page.title("stage", row.stage)]], ["since", (row) => row.since]];
  const tabs = page.listed ? [h("b", {}, `${title} · ${page.say(table)} ${rows.length}`), h("button", { type: "button", id: "close-table", onclick: () => page.list("", "", null) }, page.say("close"))]
    : ["measures", "features"].map((name) => h("button", { type: "button", id: `tab-${name}`, "aria-pressed": String(name === page.tab), onclick: () => page.set({ tab: name }) }, `${page.say(name)} ${page.found[name].length}`));
  return [h("div", { class: "tabs" }, tabs), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": page.say(table) }, h("table", {},
    h("thead", {}, h("tr", {}, columns.map(([key]) => h("th", { scope: "col" }, page.knows(key) ? page.say(key) : key)))),
    h("tbody", {}, rows.map((i) => h("tr", { "data-id": bundle[table][i].id }, columns.map(([key, cell]) => h("td", {},
      key === "name" ? h("button", { class: "row", type: "button", onclick: () => (table === "agencies" ? page.explore(i) : page.choose(table, i)) }, cell(bundle[table][i])) : cell(bundle[table][i], i))))))))];
};

guantu.agencyName = (page, agency, written) => (page.langs[page.lang] === "zh" ? written : page.of(page.bundle.agencies[agency].name));
