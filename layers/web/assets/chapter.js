// The panel of a chapter: sentences whose numbers lead to their rows, chart, changes.
"use strict";

guantu.chapterPanel = function (page, chapter) {
  const { h } = guantu;
  const part = (item) => (typeof item === "string" ? item : guantu.figure(page, item, chapter.title));
  return [
    h("h1", {}, chapter.title),
    ...chapter.sentences.map((sentence) => h("p", { class: "say" }, sentence.map(part))),
    chapter.lines.length > 0 && guantu.findingsKey(page, chapter),
    chapter.chart && guantu.chart(page, chapter),
    chapter.changes.length > 0 && guantu.changes(page, chapter.changes),
    page.notesHere && guantu.notesHere(page, chapter),
  ].filter(Boolean);
};

// What the lines of an answer mean.
guantu.findingsKey = function (page, chapter) {
  const there = new Set(chapter.lines.map(([sure]) => sure)),
    words = [
      ["certain", page.say("sure-certain")],
      ["possible", page.say("sure-possible")],
      ["cannot-tell", page.say("sure-cannot-tell")],
    ].filter(([sure]) => there.has(sure));
  return guantu.h(
    "p",
    { class: "calm" },
    words.flatMap(([sure, said]) => [guantu.sureSample(page, sure), ` ${said}  `]),
  );
};

// The lines of an answer on the map, in place of those of the chapter before.
guantu.drawFindings = function (page, chapter) {
  page.findings?.remove();
  page.findings = null;
  if (!chapter?.lines.length) return;
  page.findings = L.layerGroup(chapter.lines.flatMap(([sure, part]) => guantu.findingLine(page, part, sure)));
  page.findings.addTo(page.map);
};

// What the window of the presenter would say, in the page itself.
guantu.notesHere = (page, chapter) =>
  guantu.h(
    "section",
    { id: "notes-here" },
    guantu.h("p", { role: "alert" }, page.say("window-blocked")),
    guantu.h("h2", {}, page.say("notes")),
    guantu.h("p", { class: "note" }, chapter.note || page.say("no-notes")),
  );

// A number leads to the rows that it counts.
guantu.figure = function (page, figure, title) {
  const count = String(figure.rows.length);
  if (!figure.rows.length) return guantu.h("b", {}, count);
  return guantu.h(
    "button",
    { class: "figure", type: "button", onclick: () => page.list(title, figure.table, figure.rows) },
    count,
  );
};

guantu.chart = function (page, { chart, title }) {
  const { h } = guantu,
    most = Math.max(...chart.bars.map(([, , figure]) => figure.rows.length));
  const colour = (code) => (page.config.symbology[chart.codelist][code] || {}).color;
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, chart.title),
    ...chart.bars.map(([code, name, figure]) =>
      h(
        "div",
        { class: "bar" },
        h("span", {}, name),
        h(
          "span",
          { class: "track" },
          h("span", {
            class: "fill",
            style: `width:${(100 * figure.rows.length) / most}%;background:${colour(code)}`,
          }),
        ),
        guantu.figure(page, figure, title),
      ),
    ),
  );
};

guantu.CHANGES = 7; // as many as can be read from the back of a room

guantu.changes = function (page, changes) {
  const { h } = guantu;
  /** @param {Change} change */
  const line = (change) => {
    const list = change.table === "features" ? "stage" : "outcome";
    return h(
      "li",
      {},
      h(
        "button",
        { class: "row", type: "button", onclick: () => page.choose(change.table, change.row) },
        change.name,
      ),
      " ",
      h(
        "span",
        { class: "calm" },
        page.say("changed", {
          before: page.title(list, change.before),
          after: page.title(list, change.after),
        }),
      ),
    );
  };
  const more = changes.length - guantu.CHANGES;
  return h(
    "ul",
    { class: "changes" },
    changes.slice(0, guantu.CHANGES).map(line),
    more > 0 && h("li", { class: "calm" }, page.say("more", { n: more })),
  );
};
