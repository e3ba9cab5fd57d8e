// Runs in the measured page: says when what was asked for is drawn, by the page's own clock.
"use strict";
(() => {
  if (window.top !== window) return;

  const frames = () => {
    const found = [];
    for (const frame of document.querySelectorAll("iframe")) {
      try { if (frame.contentDocument) found.push(frame.contentWindow); } catch { /* of another origin */ }
    }
    return found;
  };

  // A definite sign for each kind of app that the screen shows what is expected.
  const signs = {
    text: ({ text }) => [...document.querySelectorAll('[data-testid="stText"]')].some((node) => node.textContent === text),
    paths: ({ count }) => frames().some((frame) => frame.document.getElementsByClassName("leaflet-interactive").length === count),
    map: () => frames().some(({ guantu }) => guantu && guantu.page && guantu.page.view.placed),
    layer: ({ byStage }) => frames().some((frame) => {
      const page = frame.guantu && frame.guantu.page, layer = page && page.view.placed && page.view.layer;
      if (!layer || !layer.stats.frames) return false;
      const found = layer.stats.byStage, codes = Object.keys(byStage);
      return Object.keys(found).length === codes.length && codes.every((code) => found[code] === byStage[code]);
    }),
  };

  const fault = () => {
    const shown = document.querySelector('[data-testid="stException"]');
    if (shown) return shown.textContent;
    const page = frames().map((frame) => frame.guantu && frame.guantu.page).find(Boolean);
    return page && !page.view.layer && !page.view.note.hidden ? page.view.note.textContent : "";
  };

  const bench = (window.bench = { started: null });
  // The moment of the user's action is that of the real click on an option, told by the clock of this page.
  const listen = (view) => view.document.addEventListener("click", (event) => {
    const shift = view.performance.timeOrigin - performance.timeOrigin;
    if (event.target.closest('[role="option"], label')) bench.started = event.timeStamp + shift;
  }, true);
  listen(window);
  bench.listenInFrames = () => frames().forEach(listen);

  // Resolves with the time at which the frame that shows `sign` was finished: the start of the next one.
  // An error that the app shows ends the waiting.
  bench.drawn = (sign) => new Promise((resolve, reject) => {
    const look = () => {
      const wrong = fault();
      if (wrong) reject(new Error("the app shows: " + wrong));
      else if (signs[sign.kind](sign)) requestAnimationFrame(() => resolve(performance.now()));
      else requestAnimationFrame(look);
    };
    look();
  });
  bench.arm = (sign) => { bench.started = null; bench.done = bench.drawn(sign); };
  bench.elapsed = async () => (await bench.done) - bench.started;

  // How many maps in the page were not there at the last call.
  bench.newMaps = () => {
    let fresh = 0;
    for (const frame of frames()) {
      for (const box of frame.document.querySelectorAll(".leaflet-container")) {
        if (!box.benchSeen) fresh += 1;
        box.benchSeen = true;
      }
    }
    return fresh;
  };

  if (window.benchFirst) bench.done = bench.drawn(window.benchFirst);
})();
