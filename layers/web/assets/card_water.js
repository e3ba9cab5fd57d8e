// The water of a section: its class by year, by month, and what it was to be.
"use strict";

// Years are told by a series, or by means of it; months and quarters are another thing and stand apart.
guantu.YEARLY = ["year", "monthly-mean"];

guantu.waterOn = (item, day) => item.water.filter((row) => row.until <= day);

guantu.waterQuality = function (page, item) {
  const { h } = guantu,
    known = guantu.waterOn(item, page.day);
  if (!known.length) return "";
  const part = (words, rows) => rows.length > 0 && [h("h4", {}, words), guantu.waterRows(page, rows)],
    isYearly = (row) => guantu.YEARLY.includes(row.span);
  return [
    h("h3", {}, page.say("water-quality")),
    part(page.say("water-years"), known.filter(isYearly)),
    part(
      page.say("water-months"),
      known.filter((row) => !isYearly(row)),
    ),
  ];
};

guantu.waterRows = function (page, rows) {
  const { h } = guantu,
    sites = new Set(rows.map((row) => page.of(row.site))).size > 1;
  return h(
    "ul",
    { class: "water" },
    rows.map((row) => {
      const [control, interim] = row.targets,
        aims = [
          control && `${page.say("water-control")} ${page.title("water-class", control)}`,
          interim && `${page.say("water-interim")} ${page.title("water-class", interim)}`,
        ];
      return h(
        "li",
        {},
        h("b", {}, guantu.dateWords(page, row.period)),
        " ",
        sites && `${page.of(row.site)} `,
        row.class && h("span", { class: "water-class" }, page.title("water-class", row.class)),
        row.span === "monthly-mean" && ` ${page.title("water-span", row.span)}`,
        row.attained && ` ${page.title("attained", row.attained)}`,
        h("small", {}, [...aims, page.of(row.exceeded), page.of(row.note)].filter(Boolean).join(" · ")),
        h("small", {}, guantu.source(page, row.source)),
      );
    }),
  );
};

// The newest class of a year that is known on the day, as a word; the map shows no other, none unverified.
guantu.waterWord = function (page, item) {
  const last = guantu
    .waterOn(item, page.day)
    .filter((row) => row.class && row.grade !== "unverified" && guantu.YEARLY.includes(row.span))
    .sort((a, b) => (a.until < b.until ? -1 : 1))
    .at(-1);
  return last ? `${page.title("water-class", last.class)} ${last.period}` : page.say("water-no-class");
};

// What is written behind the names of the sections, by their places on the map: those of the themes in
// which any water is known, but not what they are parts of, which has the values of several.
guantu.waterTails = function (page, rowOf) {
  const { features } = page.bundle,
    themes = new Set(features.filter((row) => row.water.length).map((row) => row.theme)),
    wholes = new Set(features.map((row) => row.whole)),
    tails = new Map();
  for (let f = 0; f < rowOf.length; f++) {
    const item = features[rowOf[f]];
    const alone = item.placed && !wholes.has(rowOf[f]);
    if (alone && themes.has(item.theme)) tails.set(f, guantu.waterWord(page, item));
  }
  return tails;
};
