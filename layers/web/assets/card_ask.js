// From a card to a question of place that is about it: in the app alone, for the server answers.
"use strict";

guantu.AROUND_M = 3000; // what a point has round it
guantu.ALONG_M = 1000; // to either side of a line

// The questions that a row may lead to: id and words of the link, names and values of the address.
guantu.questionsOf = function (page, table, item) {
  const { river, agency } = page.config.asks,
    { layer, find } = page.view;
  if (table === "agencies")
    return agency
      ? [["whom", page.say("ask-whom"), { ask: "coordination", within: 2000, years: 1, [agency]: item.id }]]
      : [];
  const f = find(item.id);
  if (f === undefined) return [];
  const isLine = layer.data.kind[f] === 1,
    width = isLine ? guantu.ALONG_M : guantu.AROUND_M;
  return [
    ["near", page.say(isLine ? "ask-along" : "ask-near"), { ask: "along", feature: item.id, width }],
    ...(river.includes(item.id)
      ? [["upstream", page.say("ask-upstream"), { ask: "upstream", feature: item.id, width: 1000 }]]
      : []),
  ];
};

guantu.askLinks = function (page, table, item) {
  const { h } = guantu,
    found = guantu.questionsOf(page, table, item);
  if (!found.length) return "";
  return h(
    "p",
    { class: "asks" },
    found.map(([id, words, told]) =>
      guantu.goTo(words, () => guantu.askAbout(page, told), { class: "ask", id: `ask-${id}` }),
    ),
  );
};
guantu.askAbout = (page, told) =>
  page.set({
    ...{ elsewhere: "analyse", selected: null, listed: null, table: "" },
    question: Object.entries(told).map(([name, value]) => [name, String(value)]),
  });
