// The details of one feature or measure, and the presenter's window.
"use strict";

guantu.details = function (page) {
  const { h } = guantu, { table, row } = page.selected, item = page.bundle[table][row];
  return [
    h("button", { type: "button", id: "close-details", class: "close", "aria-label": page.say("close"), onclick: () => page.choose(table, -1) }, "×"),
    h("h2", {}, page.of(item.name)),
    ...(table === "features" ? guantu.featureDetails(page, item, row) : guantu.measureDetails(page, item, row)),
  ];
};

guantu.facts = (pairs) => guantu.h("dl", {}, pairs.filter(([, value]) => value && value.length !== 0).map(([key, value]) => [guantu.h("dt", {}, key), guantu.h("dd", {}, value)]));

guantu.source = function (page, place) {
  const { h } = guantu, source = page.bundle.sources[place];
  if (!source) return "";
  const about = [page.of(source.publisher), source.date, page.title("grade", source.grade)].filter(Boolean).join(" · ");
  const title = page.of(source.name);
  return [source.url ? h("a", { href: source.url, target: "_blank", rel: "noopener noreferrer" }, title) : title, about ? ` · ${about}` : ""];
};

guantu.featureDetails = function (page, item, row) {
  const { h } = guantu, { bundle } = page, since = item.since ? ` ${page.say(item.begins ? "since" : "no-later")} ${item.since}` : "";
  const measures = bundle.links.filter(([f]) => f === row).map(([, m]) => m), events = guantu.eventsOn(item, page.day);
  const other = [...item.name.filter((name) => name !== page.of(item.name)), ...item.aliases].join(" · ");
  return [
    h("p", { class: "calm" }, other),
    h("p", {}, guantu.swatch(page, item.stage), h("b", {}, page.title("stage", item.stage)), since, item.grade ? ` · ${page.title("grade", item.grade)}` : ""),
    item.restriction ? h("p", { class: "warn" }, `${page.say("restriction")} · ${page.title("restriction", item.restriction)}`) : "",
    item.stale && events.length ? h("p", { class: "calm" }, page.say("stale")) : "",
    guantu.facts([
      [page.say("theme"), page.title("theme", item.theme)],
      [page.say("towns"), item.town.map((town) => page.title("town", town)).join(page.say("comma"))],
      [page.say("position"), item.placed ? `${page.title("position-basis", item.basis)} · ${page.say("within", { m: guantu.distanceWords(item.accuracy) })}` : page.say("not-drawn")],
      [page.say("note"), page.of(item.note)],
    ]),
    h("h3", {}, `${page.say("measures")} ${measures.length}`),
    h("ul", {}, measures.map((m) => h("li", {}, h("button", { class: "row", type: "button", onclick: () => page.choose("measures", m) }, page.of(bundle.measures[m].name)), " ",
      h("span", { class: "calm" }, page.title("outcome", bundle.measures[m].outcome))))),
    events.length ? h("h3", {}, page.say("history")) : "",
    h("ol", {}, events.map((event) => h("li", {}, h("b", {}, event.date && !event.date.includes("X") ? event.date : `${event.date} ${page.say("undated")}`), " ",
      h("span", { class: "calm" }, event.stage ? page.title("stage", event.stage) : page.title("event-kind", event.kind)), h("br"), page.of(event.text), h("br"), h("small", {}, guantu.source(page, event.source))))),
    ...(item.gaps.length ? [h("h3", {}, page.say("gaps")), h("ul", { class: "calm" }, item.gaps.map((gap) => h("li", {}, page.of(gap))))] : []),
    h("h3", {}, page.say("sources")),
    h("ul", {}, item.sources.map((place) => h("li", {}, guantu.source(page, place)))),
  ].filter((node) => node !== "");
};

guantu.measureDetails = function (page, item, row) {
  const { h } = guantu, { bundle } = page, article = bundle.articles[item.article], roles = {};
  for (const [role, agency, written] of article.agencies) (roles[role] ||= []).push(guantu.agencyName(page, agency, written));
  const features = bundle.links.filter(([, m]) => m === row).map(([f]) => f);
  return [
    h("p", { class: "calm" }, item.name.filter((name) => name !== page.of(item.name)).join(" · "), " ", item.id),
    h("p", {}, guantu.swatch(page, item.outcome), h("b", {}, page.title("outcome", item.outcome)), " ", page.of(item.reason)),
    guantu.facts([
      [page.say("article"), page.title("article", article.id)],
      ...Object.entries(roles).map(([role, names]) => [page.title("role", role), names.join(page.say("comma"))]),
      [page.say("due"), item.due],
      [page.say("targets"), item.targets.map(page.of).join(page.say("comma"))],
      [page.say("note"), page.of(item.note)],
    ]),
    h("h3", {}, `${page.say("features")} ${features.length}`),
    h("ul", {}, features.map((f) => h("li", {}, h("button", { class: "row", type: "button", onclick: () => page.choose("features", f) }, page.of(bundle.features[f].name))))),
  ];
};

// A second window with notes and a clock; it is drawn from this one and sends its keys here.
guantu.openPresenter = function (page) {
  if (page.presenter && !page.presenter.closed) return page.presenter.focus();
  page.presenter = window.open("", "guantu-presenter", "width=900,height=640");
  if (!page.presenter) return;
  const style = page.presenter.document.createElement("style");
  style.textContent = document.getElementById("style").textContent;
  page.presenter.document.head.replaceChildren(style);
  page.presenter.document.body.dataset.mode = "presenter";
  guantu.listenKeys(page, page.presenter.document);
  const tick = setInterval(() => (page.presenter.closed ? clearInterval(tick) : guantu.tickClock(page)), 500);
  guantu.renderPresenter(page);
};

guantu.renderPresenter = function (page) {
  if (!page.presenter || page.presenter.closed) return;
  const { h } = guantu, chapter = page.chapter(), after = page.chapters()[page.at + 1], target = page.presenter.document;
  target.title = page.say("presenter");
  target.body.replaceChildren(
    h("header", {}, h("span", {}, page.say("of", { n: page.at + 1, all: page.chapters().length })), h("span", { id: "clock" })),
    h("h1", {}, chapter.title),
    ...chapter.sentences.map((sentence) => h("p", { class: "say" }, sentence.map((item) => (typeof item === "string" ? item : String(item.rows.length))))),
    h("h2", {}, page.say("notes")), h("p", { class: "note" }, chapter.note || page.say("no-notes")),
    h("h2", {}, page.say("sources")), h("ul", {}, chapter.sources.slice(0, 12).map((place) => h("li", {}, page.of(page.bundle.sources[place].name), " · ", page.bundle.sources[place].date || page.say("undated")))),
    h("footer", {}, after ? `${page.say("upcoming")}: ${after.title}` : ""));
  guantu.tickClock(page);
};

guantu.tickClock = function (page) {
  const clock = page.presenter.document.getElementById("clock"), seconds = Math.floor((Date.now() - page.started) / 1000);
  const two = (n) => String(n).padStart(2, "0");
  if (clock) clock.textContent = `${new Date().toTimeString().slice(0, 5)} · ${page.say("elapsed")} ${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
};

// On paper every chapter is said; the map is that of the chapter shown.
window.addEventListener("beforeprint", () => {
  const page = guantu.page, { h } = guantu;
  if (!page) return;
  const said = (chapter) => h("article", {}, h("h2", {}, chapter.title), chapter.sentences.map((sentence) => h("p", {}, sentence.map((item) => (typeof item === "string" ? item : String(item.rows.length))))));
  const paper = h("div", { id: "paper" }, h("h1", {}, page.of(page.config.title)), page.chapters().map(said), page.of(page.config.foot).map((line) => h("p", { class: "calm" }, line)));
  document.getElementById("app").append(paper);
});
window.addEventListener("afterprint", () => document.getElementById("paper")?.remove());
