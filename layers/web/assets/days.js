// The strip of days: a slider, play and pause, a day to type, and the way back to the last one.
"use strict";

guantu.STEP_MS = 120; // a month of the register takes so long when the days are played
guantu.REST_MS = 200; // the table, which takes longest, waits until the day has come to rest

guantu.buildDays = function (page) {
  const { h } = guantu;
  const typed = () => {
    const day = guantu.dayWithin(page, box.value),
      known = day !== undefined;
    fault.textContent = known ? "" : page.say("no-such-day", { first: page.bundle.first, last: page.last });
    box.setAttribute("aria-invalid", String(!known));
    if (!known) return;
    box.value = day;
    guantu.setDay(page, day);
  };
  const box = h("input", {
    id: "day",
    size: 10,
    inputmode: "numeric",
    autocomplete: "off",
    onfocus: () => box.select(),
    onchange: typed,
    onkeydown: (event) => event.key === "Enter" && typed(),
  });
  const fault = h("span", { id: "day-fault", role: "alert" });
  const anew = () => {
    page.lastBy = "";
  };
  const slider = h("input", {
    id: "slider",
    type: "range",
    onpointerdown: anew,
    onblur: anew,
    oninput: () => guantu.setDay(page, guantu.dayText(Number(slider.value)), "slider"),
  });
  return h(
    "section",
    { id: "days" },
    h("button", { id: "play", type: "button", onclick: () => guantu.play(page) }),
    h("span", { id: "day-first", class: "calm" }),
    slider,
    h("label", { for: "day" }),
    box,
    fault,
    h(
      "button",
      {
        ...{ id: "compare", type: "button", "aria-haspopup": "dialog" },
        onclick: () => guantu.openCompare(page),
      },
      guantu.icon("compare"),
      h("span", {}),
    ),
    h("button", { id: "today", type: "button", onclick: () => guantu.setDay(page, page.last) }),
  );
};

// One drawing a frame, however fast the slider goes.
guantu.setDay = function (page, day, by = "") {
  Object.assign(page, { day, by });
  if (page.dayWaits) return;
  page.dayWaits = true;
  requestAnimationFrame(() => {
    page.dayWaits = false;
    page.moving = true;
    guantu.renderMoving(page);
    page.moving = false;
    clearTimeout(page.resting);
    page.resting = setTimeout(() => {
      page.resting = 0;
      // Between two days of a slow play nothing rests: a click under way would lose its button.
      if (!page.playing) page.render();
    }, guantu.REST_MS);
  });
};

guantu.play = function (page) {
  if (page.playing) return guantu.pause(page);
  if (page.day >= page.last) guantu.setDay(page, page.bundle.first);
  page.playing = setInterval(() => {
    const at = new Date(`${page.day}T00:00:00Z`);
    at.setUTCMonth(at.getUTCMonth() + 1, 1);
    const day = at.toISOString().slice(0, 10);
    guantu.setDay(page, day < page.last ? day : page.last);
    if (day >= page.last) guantu.pause(page);
  }, guantu.STEP_MS);
  page.render();
};

guantu.pause = function (page) {
  guantu.stop(page);
  page.render();
};

guantu.stop = function (page) {
  clearInterval(page.playing);
  clearTimeout(page.resting);
  page.resting = 0;
  page.playing = null;
};

guantu.renderDays = function (page) {
  const node = (id) => document.getElementById(id),
    { bundle, day } = page,
    slider = node("slider");
  node("days").hidden = page.mode !== "explore";
  node("days").setAttribute("aria-label", page.say("days"));
  slider.min = guantu.dayNumber(bundle.first);
  slider.max = guantu.dayNumber(page.last);
  slider.value = guantu.dayNumber(day);
  slider.setAttribute("aria-label", page.say("days"));
  slider.setAttribute("aria-valuetext", day);
  node("day-first").textContent = bundle.first.slice(0, 4);
  if (document.activeElement !== node("day")) node("day").value = day;
  node("days").querySelector("label").textContent = page.say("as-of");
  const sign = page.playing ? "pause" : "play";
  guantu.name(node("play"), page.say(sign));
  // What is exchanged between press and release is never clicked, and the days move many times a second.
  if (node("play").dataset.sign !== sign) node("play").replaceChildren(guantu.icon(sign));
  node("play").dataset.sign = sign;
  node("compare").querySelector("span:last-child").textContent = page.say("compare");
  guantu.name(node("compare"), page.say("compare-title"));
  node("compare").classList.toggle("on", guantu.compares(page));
  const past = day !== page.last;
  node("today").hidden = !past;
  node("today").textContent = page.say("last-day", { day: page.last });
  document.body.dataset.past = past ? "yes" : "no";
};
