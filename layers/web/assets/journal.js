// What of the journal is shown, and word of what comes into it while the page is open.
"use strict";

// Of no day but now, without what nobody has decided about, on a server without one; nothing beside it.
guantu.KNOWN = {
  ...{ known: "", proposed: false, journal: false, waiting: [] },
  ...{ against: "", againstKnown: "", other: null, sides: true, split: 50 },
};
guantu.RETRY_MS = [1000, 5000, 20000, 60000]; // after which a lost line is tried again, each time later

// A line to the server of its own: it says the version, and says it anew with each entry that has effect.
guantu.listenChanges = function (page) {
  let tries = 0,
    said = null;
  const open = () => {
    const at = new URL(`${window.location.pathname.split("/component/")[0]}/changes`, window.location.href);
    at.protocol = at.protocol.replace("http", "ws");
    const line = new window.WebSocket(at);
    line.onmessage = (event) => {
      tries = 0;
      const [seen, all] = event.data.split(" "),
        now = page.proposed ? all : seen;
      // Of a day that is over nothing new is known.
      if (said !== null && now !== said && !page.known) page.ask();
      said = now;
    };
    line.onclose = () => {
      // Whoever was away asks once more when the line is back.
      said = said === null ? null : "";
      setTimeout(open, guantu.RETRY_MS[Math.min(tries++, guantu.RETRY_MS.length - 1)]);
    };
  };
  open();
};

// A day by which something was known: any that is not to come.
guantu.knownDay = function (page, words) {
  const day = guantu.dayTyped(words);
  return day && day <= page.last ? day : undefined;
};

// The box of the day by which it was known, and whether what waits is shown too.
guantu.knownBox = function (page) {
  const { h } = guantu;
  if (!page.journal) return null;
  const proposed = h("input", {
    id: "proposed",
    type: "checkbox",
    checked: page.proposed,
    onchange: () => page.set({ proposed: proposed.checked }),
  });
  return [
    guantu.dayBox(page, {
      ...{ id: "known", label: page.say("known-box"), value: page.known, placeholder: page.last },
      read: (words) => guantu.knownDay(page, words),
      take: (known) => page.set({ known }),
    }),
    h("p", { class: "since" }, proposed, h("label", { for: "proposed" }, page.say("proposed-box"))),
  ];
};

// What stands in the answer line while the journal is not shown as it is now.
guantu.knownChips = (page, chip) => [
  page.known && chip("known", page.say("known-by", { day: page.known }), () => page.set({ known: "" })),
  page.proposed && chip("proposed", page.say("with-proposed"), () => page.set({ proposed: false })),
];

guantu.sayKnown = function (page, said) {
  if (page.known) said.set("known", page.known);
  if (page.proposed) said.set("proposed", "1");
  if (page.against) said.set("against", page.against);
  if (page.againstKnown) said.set("against_known", page.againstKnown);
};

// Features of which something waits to be accepted: a dashed halo, while what waits is shown.
guantu.waitingHalos = function (page) {
  const { find, layer } = page.view;
  if (!page.proposed) return null;
  const waiting = page.bundle.features
    .filter((row) => page.waiting.includes(`features:${row.id}`))
    .map((row) => find(row.id))
    .filter((f) => f !== undefined);
  return { halos: [], ghosts: [], waiting, data: layer.data };
};

// What the card of such a row says.
guantu.waitingLine = (page, table, item) =>
  page.proposed &&
  page.waiting.includes(`${table}:${item.id}`) &&
  guantu.h("p", { class: "warn" }, page.say("waits-here"));
