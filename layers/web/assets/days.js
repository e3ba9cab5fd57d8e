// The page on any day: what stands then is looked up, what the rules say of it was worked out before.
"use strict";

guantu.DAY_MS = 86400000;
guantu.dayNumber = (day) => Date.parse(`${day}T00:00:00Z`) / guantu.DAY_MS;
guantu.dayText = (number) => new Date(number * guantu.DAY_MS).toISOString().slice(0, 10);

// A day as it is typed, with any mark between the numbers; "" when there is no such day.
guantu.dayTyped = function (text) {
  const found = /^\s*(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?\s*$/.exec(text);
  if (!found) return "";
  const [year, month, date] = found.slice(1).map(Number),
    at = new Date(Date.UTC(year, month - 1, date));
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === date ? at.toISOString().slice(0, 10) : "";
};

// The last of `turns` that is not after `day`; the first holds for all days before the second.
guantu.turnOn = function (turns, day) {
  let at = turns.length - 1;
  while (at > 0 && turns[at][0] > day) at -= 1;
  return turns[at];
};

// Every feature and measure as it stands on `day`.
guantu.standOn = function (bundle, day) {
  if (bundle.standsOn === day) return;
  bundle.standsOn = day;
  for (const row of bundle.features) {
    [, row.stage, row.since, row.begins, row.grade, row.restriction, row.stale] = guantu.turnOn(
      row.turns,
      day,
    );
  }
  for (const row of bundle.measures) {
    const [, outcome, reason] = guantu.turnOn(row.turns, day);
    row.outcome = outcome;
    row.reason = bundle.reasons[reason];
  }
};

// Facts dated wholly after the day are not shown; those of an unknown year are.
guantu.eventsOn = (row, day) => row.events.filter((event) => event.from <= day);

guantu.STEP_MS = 120; // a month of the register takes so long when the days are played

guantu.buildDays = function (page) {
  const { h } = guantu,
    { bundle } = page,
    first = guantu.dayNumber(bundle.first),
    last = guantu.dayNumber(bundle.day);
  const typed = () => {
    const day = guantu.dayWithin(bundle, box.value),
      known = day !== undefined;
    fault.textContent = known ? "" : page.say("no-such-day", { first: bundle.first, last: bundle.day });
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
    onchange: typed,
    onkeydown: (event) => event.key === "Enter" && typed(),
  });
  const fault = h("span", { id: "day-fault", role: "alert" });
  const slider = h("input", {
    id: "slider",
    type: "range",
    min: first,
    max: last,
    value: last,
    onpointerdown: () => {
      page.lastBy = "";
    },
    onblur: () => {
      page.lastBy = "";
    },
    oninput: () => guantu.setDay(page, guantu.dayText(Number(slider.value)), "slider"),
  });
  return h(
    "section",
    { id: "days" },
    h("button", { id: "play", type: "button", onclick: () => guantu.play(page) }),
    h("label", { for: "day" }),
    box,
    fault,
    slider,
    h("button", { id: "today", type: "button", onclick: () => guantu.setDay(page, bundle.day) }),
  );
};

guantu.REST_MS = 200; // the tables, which take longest, wait until the day has come to rest

// One drawing a frame, however fast the slider goes.
guantu.setDay = function (page, day, by = "") {
  Object.assign(page, { day, by });
  if (page.dayWaits) return;
  page.dayWaits = true;
  requestAnimationFrame(() => {
    page.dayWaits = false;
    guantu.renderMoving(page);
    clearTimeout(page.resting);
    page.resting = setTimeout(page.render, guantu.REST_MS);
  });
};

guantu.play = function (page) {
  if (page.playing) return guantu.pause(page);
  if (page.day >= page.bundle.day) guantu.setDay(page, page.bundle.first);
  page.playing = setInterval(() => {
    const at = new Date(`${page.day}T00:00:00Z`);
    at.setUTCMonth(at.getUTCMonth() + 1, 1);
    const day = at.toISOString().slice(0, 10);
    guantu.setDay(page, day < page.bundle.day ? day : page.bundle.day);
    if (day >= page.bundle.day) guantu.pause(page);
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
  page.playing = null;
};

guantu.renderDays = function (page) {
  const node = (id) => document.getElementById(id),
    { bundle, day } = page;
  node("days").hidden = page.mode !== "explore";
  node("days").setAttribute("aria-label", page.say("days"));
  node("slider").value = guantu.dayNumber(day);
  node("slider").setAttribute("aria-label", page.say("days"));
  node("slider").setAttribute("aria-valuetext", day);
  if (document.activeElement !== node("day")) node("day").value = day;
  node("days").querySelector("label").textContent = page.say("as-of");
  node("play").textContent = page.playing ? "⏸" : "▶";
  node("play").setAttribute("aria-label", page.say(page.playing ? "pause" : "play"));
  node("today").textContent = page.say("last-day", { day: bundle.day });
  node("today").disabled = day === bundle.day;
};
