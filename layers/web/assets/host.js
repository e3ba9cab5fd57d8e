// The screen inside the app: its address is that of the page around it; the server makes the other pages.
"use strict";

// Scripts and styles that only the table needs, once the map is drawn.
guantu.fetchLater = (names) =>
  Promise.all(
    names.map((name) => {
      const node = name.endsWith(".css")
        ? guantu.h("link", { rel: "stylesheet", href: name })
        : guantu.h("script", { src: name });
      // Ours come after theirs, to overrule them.
      document.head.prepend(node);
      return new Promise((done, fail) => Object.assign(node, { onload: done, onerror: fail }));
    }),
  );

guantu.start = function (map, config) {
  const host = window.parent,
    outside = host.document;
  const here = () => guantu.readable(new URLSearchParams(host.location.search));
  const handedOn = () =>
    [...new URLSearchParams(host.location.search)].filter(([name]) => guantu.HANDED_ON.includes(name));
  const full = (text) => {
    const kept = new URLSearchParams(handedOn()).toString(),
      said = [text, kept].filter(Boolean).join("&");
    return host.location.pathname + (said ? `?${said}` : "");
  };
  const where = {
    read: here,
    write: (text, over) => {
      host.history[over ? "replaceState" : "pushState"](host.history.state, "", full(text));
    },
    link: (text) => `${host.location.origin}${host.location.pathname}?${text}`,
  };
  const page = guantu.newPage({ map, config, words: config.words, where });
  document.body.dataset.host = "app";
  // The frame itself has no width yet.
  Object.assign(page, { elsewhere: "", open: guantu.openAt(host.innerWidth) });
  const wait = guantu.read(guantu.files);
  // What was asked for ahead may be another day's, or gone.
  wait.catch(() => {});
  const frame = /** @type {HTMLElement} */ (window.frameElement);
  const say = (type, extra) => host.postMessage({ isStreamlitMessage: true, type, ...extra }, "*");
  // What the server is told: the state as a text, each time anew, so that it counts as said.
  let asked = Date.now();
  page.ask = () =>
    say("streamlit:setComponentValue", {
      value: { state: page.where.read(), count: ++asked },
      dataType: "json",
    });
  page.tall = (yes) => {
    if (frame) frame.dataset.tall = yes ? "yes" : "no";
  };
  page.answered = () => guantu.answered(page);
  page.takesClick = (latlng) => guantu.clickAsked(page, latlng);
  let shown = null;
  page.afterRender = () => {
    for (const body of [document.body, outside.body]) body.dataset.page = page.elsewhere || "map";
    if (frame) {
      frame.dataset.page = page.elsewhere || "map";
      frame.title = page.say("maptitle");
    }
    guantu.speak(outside.documentElement, page.langs[page.lang]);
    outside.title = page.of(page.config.heading);
    const elsewhere = page.elsewhere && `${page.elsewhere} ${page.lang} ${page.address}`,
      against = page.againstKnown && `against ${page.againstKnown}`,
      wanted = [elsewhere, page.known, page.proposed && "proposed", against].filter(Boolean).join(" ");
    if (shown !== null && wanted !== shown && (wanted || shown) && !page.quiet) page.ask();
    shown = wanted;
    guantu.renderAsked(page);
  };
  // Where Streamlit listened first, it runs its script once as well; that draws nothing new.
  const gone = new AbortController();
  host.addEventListener(
    "popstate",
    (event) => {
      event.stopImmediatePropagation();
      guantu.recall(page);
    },
    { capture: true, signal: gone.signal },
  );
  window.addEventListener("pagehide", () => gone.abort());
  guantu.tableLibrary = wait
    .then(() => new Promise(requestAnimationFrame))
    .then(() => guantu.fetchLater(config.later));
  guantu.listenServer(page, wait, say);
};

// Positions and rows, of two files that were asked for.
guantu.read = ([features, rows]) =>
  Promise.all([guantu.decode(features), guantu.unzip(rows).then(guantu.withRows)]);

guantu.SLEPT_MS = 300000; // a page that was away so long asks whether anything has changed

guantu.listenServer = function (page, wait, say) {
  let args = null,
    data = null;
  const take = () => {
    if (!args || !data) return;
    guantu.takeArguments(page, args);
    if (!page.bundle) {
      guantu.takeBundle(page, data[1], data[0]);
      // Whoever was sent an address has something to look at.
      if (guantu.firstVisit() && guantu.isEmpty(page.filter) && !page.selected && guantu.isBare(page)) {
        page.notices = [guantu.offerWalk(page)];
        guantu.renderNotices(page);
      }
    } else if (page.dressed !== JSON.stringify(args)) page.render();
    page.dressed = JSON.stringify(args);
    document.body.dataset.ready = "yes";
    // Keys work before anything was clicked.
    if (window.parent.document.activeElement === window.parent.document.body) window.focus();
  };
  const first = (reading) =>
    reading.then(
      (both) => {
        data = both;
        take();
        if (args.journal) guantu.listenChanges(page);
      },
      (error) => guantu.fail(page, error),
    );
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.data?.type !== "streamlit:render") return;
    const before = args;
    args = event.data.args;
    if (before && String(before.files) !== String(args.files)) guantu.refresh(page, args);
    else if (before) take();
    else
      first(
        String(args.files) === String(guantu.names)
          ? wait
          : guantu.read(args.files.map((name) => fetch(name))),
      );
  });
  let left = null;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) left = Date.now();
    else if (left && Date.now() - left > guantu.SLEPT_MS) page.ask();
  });
  guantu.listenKeys(page, document, guantu.exploreKeys);
  say("streamlit:componentReady", { apiVersion: 1 });
  say("streamlit:setFrameHeight", { height: 640 });
};

guantu.takeArguments = function (page, args) {
  const langs = page.langs.length ? page.langs : ["zh", "en"];
  page.homeLang = Math.max(0, langs.indexOf(args.lang));
  const followed = page.day === page.last;
  page.last = args.today;
  if (followed || !page.day) page.day = args.today;
  page.basemaps = args.basemaps;
  page.mark = () => {
    const mark = args.number ? `${page.say("approval")} ${args.number}` : page.say("internal-use");
    return args.desk ? `${mark} · ${page.say("single-desk")}` : mark;
  };
  Object.assign(page, { journal: args.journal, waiting: args.waiting, seenAs: args.seen });
  page.faults = args.faults;
  guantu.takeAgainst(page, args, guantu.read);
};

// The register was edited while the page was open: its rows change under the state that the user made.
guantu.refresh = async function (page, args) {
  const turn = (page.refreshes || 0) + 1;
  page.refreshes = turn;
  try {
    const [features, bundle] = await guantu.read(args.files.map((name) => fetch(name)));
    // What was asked for since comes later, and may be there sooner.
    if (turn !== page.refreshes) return;
    const before = page.bundle,
      seen = page.seenAs;
    guantu.takeArguments(page, args);
    guantu.takeBundle(page, bundle, features);
    const changed = guantu.differences(before, bundle, page.day);
    // Whoever asked to see it otherwise knows why it differs.
    if (seen !== page.seenAs) page.notices = [];
    else page.notices = [{ said: () => guantu.h("p", {}, page.say("register-changed", { n: changed })) }];
    page.render();
  } catch (error) {
    guantu.fail(page, error);
  }
};

// How many rows of two states of a register are not the same; where a source stands in its list says nothing.
guantu.differences = function (before, after, day) {
  guantu.standOn(before, day);
  guantu.standOn(after, day);
  const said = (row, { sources }) => {
    const events = row.events?.map((event) => ({ ...event, source: sources[event.source]?.name }));
    return JSON.stringify([row.name, row.turns.length, row.stage, row.outcome, row.note, events]);
  };
  let n = 0;
  for (const table of ["features", "measures"]) {
    const old = new Map(before[table].map((row) => [row.id, said(row, before)]));
    for (const row of after[table]) {
      if (old.get(row.id) !== said(row, after)) n++;
      old.delete(row.id);
    }
    n += old.size;
  }
  return n;
};

guantu.fail = function (page, error) {
  const { note } = page.view;
  note.textContent = `${page.say("broken")} ${error.message}`;
  note.hidden = false;
};

// Nothing was asked for but the map.
guantu.isBare = (page) => !page.elsewhere && !guantu.compares(page);

guantu.offerWalk = (page) => ({
  closed: () => guantu.remembered("guantu-walked"),
  said: () => [
    guantu.h("p", {}, page.say("first-visit")),
    guantu.h(
      "button",
      {
        type: "button",
        class: "main",
        onclick: () => {
          page.set({ notices: [] });
          guantu.showAround(page);
        },
      },
      page.say("show-around"),
    ),
  ],
});
