// The presenter's window, and the page on paper.
"use strict";

// A second window with notes and a clock; it is drawn from this one and sends its keys here.
guantu.openPresenter = function (page) {
  if (page.presenter && !page.presenter.closed) return page.presenter.focus();
  page.presenter = window.open("", "guantu-presenter", "width=900,height=640");
  // Where the browser lets no window open, the notes stand under the chapter.
  page.notesHere = !page.presenter && !page.notesHere;
  page.render();
  if (!page.presenter) return;
  const style = page.presenter.document.createElement("style");
  style.textContent = document.getElementById("style").textContent;
  page.presenter.document.head.replaceChildren(style);
  page.presenter.document.body.dataset.mode = "presenter";
  guantu.listenKeys(page, page.presenter.document, guantu.tourKeys);
  const tick = setInterval(() => (page.presenter.closed ? clearInterval(tick) : guantu.tickClock(page)), 500);
  guantu.renderPresenter(page);
};

guantu.renderPresenter = function (page) {
  if (!page.presenter || page.presenter.closed) return;
  const { h } = guantu,
    chapter = page.chapter(),
    after = page.chapters()[page.at + 1],
    target = page.presenter.document;
  target.title = page.say("presenter");
  target.body.replaceChildren(
    h(
      "header",
      {},
      h("span", {}, page.say("of", { n: page.at + 1, all: page.chapters().length })),
      h("span", { id: "clock" }),
    ),
    h("h1", {}, chapter.title),
    ...chapter.sentences.map((sentence) =>
      h(
        "p",
        { class: "say" },
        sentence.map((item) => (typeof item === "string" ? item : String(item.rows.length))),
      ),
    ),
    h("h2", {}, page.say("notes")),
    h("p", { class: "note" }, chapter.note || page.say("no-notes")),
    h("h2", {}, page.say("sources")),
    h(
      "ul",
      {},
      chapter.sources
        .slice(0, 12)
        .map((place) =>
          h(
            "li",
            {},
            page.of(page.bundle.sources[place].name),
            " · ",
            page.bundle.sources[place].date || page.say("undated"),
          ),
        ),
    ),
    h("footer", {}, after ? `${page.say("upcoming")}: ${after.title}` : ""),
  );
  guantu.tickClock(page);
};

guantu.tickClock = function (page) {
  const clock = page.presenter.document.getElementById("clock"),
    seconds = Math.floor((Date.now() - page.started) / 1000);
  const two = (n) => String(n).padStart(2, "0");
  if (clock)
    clock.textContent =
      `${new Date().toTimeString().slice(0, 5)} · ${page.say("elapsed")} ` +
      `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
};

// On paper every chapter is said; the map is that of the chapter shown.
window.addEventListener("beforeprint", () => {
  const page = guantu.page,
    { h } = guantu;
  if (!page) return;
  /** @param {Chapter} chapter */
  const said = (chapter) =>
    h(
      "article",
      {},
      h("h2", {}, chapter.title),
      chapter.sentences.map((sentence) =>
        h(
          "p",
          {},
          sentence.map((item) => (typeof item === "string" ? item : String(item.rows.length))),
        ),
      ),
    );
  const paper = h(
    "div",
    { id: "paper" },
    h("h1", {}, page.of(page.config.title)),
    page.chapters().map(said),
    page.of(page.config.foot).map((line) => h("p", { class: "calm" }, line)),
  );
  document.getElementById("app").append(paper);
});
window.addEventListener("afterprint", () => document.getElementById("paper")?.remove());
