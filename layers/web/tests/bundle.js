// A register that is small enough to work out every answer by hand; `LAST` is its last day.
"use strict";

const LAST = "2025-12-31";
const since = (day, stage) => [day, stage, day, true, "official", "", "", false, -1];
const feature = (id, name, more) => ({
  ...{ id, name, aliases: [], kept: true, location: "inside", placed: true, weight: 0 },
  text: [name.join("\n").toLowerCase(), ""],
  ...more,
});
const measure = (id, name, article, turns, region, more = {}) => ({
  ...{ id, name, article, turns, region, promise: id === "M1" ? "build" : "ongoing" },
  text: [name.join("\n").toLowerCase(), ""],
  ...more,
});

// Links: bridge - M1 (target), road - M1 (named), road - M2 (target); station and M3 stand alone.
const bundle = () => ({
  langs: ["zh", "en"],
  narrowed: [false, false],
  first: "2024-01-01",
  reasons: [
    ["无", "none"],
    ["过期", "late"],
    ["已办", "done"],
  ],
  codes: {
    stage: {
      unknown: ["不明", "Unknown"],
      preparation: ["前期", "Preparation"],
      implementation: ["在建", "Under way"],
      completion: ["建成", "Completed"],
    },
    outcome: {
      "no-evidence": ["无据", "No evidence"],
      "met-late": ["迟成", "Met late"],
      "under-way": ["续", "Goes on"],
    },
    promise: { build: ["建成", "Build"], ongoing: ["持续", "Keep at"] },
    due: { passed: ["已过", "Passed"] },
    theme: { bridges: ["桥", "Bridges"], roads: ["路", "Roads"], rivers: ["河", "Rivers"] },
    role: { lead: ["牵头", "Lead"], support: ["配合", "Support"] },
    region: { r1: ["深圳", "Shenzhen"], r2: ["广州", "Guangzhou"] },
    document: { d1: ["甲", "First plan"], d2: ["乙", "Second plan"] },
    article: { "d1-1": ["一条", "Article 1"], "d2-1": ["二条", "Article 2"] },
    town: { t1: ["南城", "South Town"], t2: ["北城", "North Town"] },
    location: { inside: ["市内", "Inside"], outside: ["市外", "Outside"] },
  },
  features: [
    feature("bridge", ["一号桥", "First Bridge"], {
      theme: "bridges",
      town: ["t1"],
      turns: [
        ["", "unknown", "", false, "", "", "", true, -1],
        since("2024-03-01", "preparation"),
        since("2025-06-01", "implementation"),
      ],
    }),
    feature("road", ["二号路", "Second Road"], {
      ...{ theme: "roads", town: ["t1", "t2"], location: "outside" },
      turns: [since("", "completion")],
    }),
    feature("river", ["东江", "East River"], {
      ...{ theme: "rivers", town: [], kept: false },
      turns: [since("", "unknown")],
    }),
    feature("station", ["三号站", "Third Station"], {
      ...{ theme: "roads", town: ["t2"] },
      turns: [since("", "unknown")],
    }),
  ],
  measures: [
    measure(
      "M1",
      ["造桥", "Build"],
      0,
      [
        ["", "no-evidence", 0, ""],
        ["2025-01-01", "no-evidence", 1, "passed"],
        ["2025-07-01", "met-late", 2, "passed"],
      ],
      ["r1"],
    ),
    measure("M2", ["养护", "Keep up"], 1, [["", "under-way", 0, ""]], []),
    measure("M3", ["调研", "Study"], 1, [["", "no-evidence", 0, ""]], ["r1", "r2"]),
  ],
  links: [
    [0, 0, "target", ""],
    [1, 0, "context", ""],
    [1, 1, "target", ""],
  ],
  agencies: [
    {
      id: "A1",
      name: ["市交通局", "Transport Bureau"],
      text: ["市交通局\ntransport bureau", "shijiaotongju\nsjtj"],
    },
    { id: "A2", name: ["水务局", "Water Bureau"], text: ["水务局\nwater bureau", "shuiwuju\nswj"] },
  ],
  articles: [
    {
      ...{ id: "d1-1", document: "d1" },
      agencies: [
        ["lead", 0, "市交通局"],
        ["support", 1, "水务局"],
      ],
    },
    { id: "d2-1", document: "d2", agencies: [["lead", 1, "水务局"]] },
  ],
  sources: [],
});

module.exports = { LAST, bundle };
