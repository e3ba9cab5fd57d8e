// What of the journal is shown, and word of what comes into it while the page is open.
"use strict";

// Of no day but now, without what nobody has decided about, on a server without one.
guantu.KNOWN = { known: "", proposed: false, journal: false };
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

// The box of the day by which it was known, and whether what waits is shown too.
guantu.knownBox = function (page) {
  const { h } = guantu;
  if (!page.journal) return null;
  const typed = () => {
    const words = box.value.trim(),
      day = words ? guantu.dayTyped(words) : "",
      bad = Boolean(words) && (!day || day > page.last);
    box.setAttribute("aria-invalid", String(bad));
    fault.textContent = bad ? page.say("no-such-day", { first: page.bundle.first, last: page.last }) : "";
    if (!bad && day !== page.known) page.set({ known: day });
  };
  const box = h("input", {
    id: "known",
    size: 10,
    inputmode: "numeric",
    autocomplete: "off",
    placeholder: page.last,
    value: page.known,
    onchange: typed,
    onkeydown: (event) => event.key === "Enter" && typed(),
  });
  const fault = h("span", { class: "warn", role: "alert" });
  const proposed = h("input", {
    id: "proposed",
    type: "checkbox",
    checked: page.proposed,
    onchange: () => page.set({ proposed: proposed.checked }),
  });
  return [
    h("p", { class: "since" }, h("label", { for: "known" }, page.say("known-box")), box, fault),
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
};
