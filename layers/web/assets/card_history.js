// What happened, on the card of a feature or a measure: dated facts with their sources.
"use strict";

// A stage further than the one that sources show, which only an unverified word tells of.
guantu.rumour = function (page, item, events) {
  const order = Object.keys(page.bundle.codes.stage),
    rank = (stage) => (stage === "unknown" ? -1 : order.indexOf(stage)),
    heard = events.findLast(
      (event) => event.grade === "unverified" && event.stage && rank(event.stage) > rank(item.stage),
    );
  if (!heard) return "";
  const values = { stage: page.stage(item, heard.stage), day: guantu.dateWords(page, heard.date) };
  return guantu.h("p", { class: "calm" }, page.say("rumour", values));
};

guantu.history = function (page, item, events) {
  const { h } = guantu;
  if (!events.length) return "";
  return [
    h("h3", {}, page.say("history")),
    h(
      "ol",
      {},
      events.map((event) =>
        guantu.happening(page, event, event.stage && !event.restriction && page.stage(item, event.stage)),
      ),
    ),
  ];
};

// A dated fact with its source; `shows` is what it says of a measure.
guantu.happening = function (page, event, shows = "", note = "") {
  const { h } = guantu,
    what = event.restriction
      ? page.title("restriction", event.restriction)
      : event.stage
        ? page.title("stage", event.stage)
        : page.title("event-kind", event.kind);
  return h(
    "li",
    {},
    h("b", {}, guantu.dateWords(page, event.date)),
    " ",
    h(
      "span",
      { class: "calm" },
      [shows || what, page.title("grade", event.grade)].filter(Boolean).join(" · "),
    ),
    h("br"),
    page.of(event.text),
    note ? h("div", { class: "reading" }, page.say("reading", { note })) : h("br"),
    h("small", {}, guantu.source(page, event.source)),
  );
};

// A date as its source gives it: part of one, an interval, one without a year.
guantu.dateWords = function (page, date) {
  if (!date || date.includes("X")) return `${date} ${page.say("undated")}`.trim();
  const [from, to] = date.split("/");
  return to === ".." ? page.say("since-then", { day: from }) : to ? `${from} – ${to}` : date;
};
