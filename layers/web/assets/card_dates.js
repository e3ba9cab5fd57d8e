// A measure against its dates: how it is judged, moves of its date, its outcome over time, its pace.
"use strict";

// The rule behind the outcome and the colour, for whoever asks.
guantu.judged = function (page, item) {
  const { h } = guantu,
    rule = (list, code) => {
      const said = page.bundle.explained[list]?.[code];
      return said ? `${page.title(list, code)} — ${page.of(said)}` : "";
    };
  return h(
    "details",
    { class: "judged" },
    h("summary", { class: "calm" }, page.say("how-judged")),
    guantu.facts([
      [page.say("outcome"), rule("outcome", item.outcome)],
      [page.say("warning"), rule("warning", item.warning)],
    ]),
    h("p", { class: "calm" }, page.say("judged-order")),
    h("p", { class: "calm" }, page.say("judged-memory")),
  );
};

// A moved date never hides the first one.
guantu.movedLine = function (page, item) {
  const { h } = guantu,
    [line, ...moves] = item.moved;
  if (!line) return "";
  return h(
    "div",
    { class: "notice" },
    page.of(line),
    h(
      "ul",
      {},
      moves.map((move) => h("li", { class: "calm" }, page.of(move))),
    ),
  );
};

// The outcomes of a measure from the issue of its document to `day`: neighbours that are the same are one.
guantu.outcomeSpans = function (item, day) {
  const turns = item.turns.filter(([from]) => from && from <= day),
    spans = turns.filter(([, outcome], i) => !i || turns[i - 1][1] !== outcome);
  return spans.map(([from, outcome], i) => {
    const to = spans[i + 1]?.[0] ?? day;
    return [from, to, outcome, guantu.dayNumber(to) - guantu.dayNumber(from)];
  });
};

// The same as a strip, for a measure whose outcome has changed; the words below say what the colours do.
guantu.outcomeStrip = function (page, item) {
  const { h } = guantu,
    spans = guantu.outcomeSpans(item, page.day);
  if (spans.length < 2) return "";
  const said = spans.map(([from, , outcome]) => `${from} ${page.title("outcome", outcome)}`);
  const bar = h("div", {
    class: "course",
    role: "img",
    "aria-label": `${page.say("outcome-course")}: ${said.join(" → ")}`,
  });
  for (const [i, [, , outcome, days]] of spans.entries()) {
    const part = h("span", { title: said[i] });
    part.style.flexGrow = String(days);
    part.style.background = page.config.symbology.outcome[outcome].color;
    bar.append(part);
  }
  return [bar, h("p", { class: "calm", "aria-hidden": "true" }, said.join(" → "))];
};

// The share of the time that has passed on a day, in whole percent.
guantu.passed = function (pace, day) {
  const [from, to, at] = [pace.begin, pace.due, day].map(guantu.dayNumber);
  return Math.round(100 * Math.min(1, Math.max(0, (at - from) / (to - from))));
};

// Time and number side by side, both of the day of the number; without one to compare, the time alone.
guantu.paceStrips = function (page, item) {
  const { h } = guantu;
  const row = (name, share, kind) => [
    h("span", { class: "calm" }, name),
    h("progress", { max: "100", value: String(Math.min(100, share)), class: kind }),
    h("b", {}, `${share}%`),
  ];
  return item.pace.map((pace) => {
    const [, pacing, time, done, measured, said] = guantu.turnOn(pace.turns, page.day),
      now = guantu.passed(pace, page.day),
      known = pacing !== "unknown",
      values = { day: page.day < pace.due ? page.day : pace.due, time: now };
    const words = [page.of(said)];
    if (!pace.due) return h("p", { class: "calm" }, words);
    if (!known) words.push(page.say("pace-only-time", values));
    else if (now > time && page.day > measured) words.push(page.say("pace-since", values));
    return [
      item.pace.length > 1 ? h("p", {}, page.of(pace.name)) : "",
      h(
        "div",
        { class: "pace", role: "img", "aria-label": [page.of(pace.name), ...words].join(" · ") },
        row(page.say("pace-time"), known ? time : now, "time"),
        known ? row(page.say("pace-done"), done, "done") : [],
      ),
      words.map((line) => h("p", { class: "calm" }, line)),
    ];
  });
};
