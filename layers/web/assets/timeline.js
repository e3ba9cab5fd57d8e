// Days as text and number, and what stands on one: looked up, for the rules worked it out before.
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

// The same day `years` before another; the last of its month where there is none.
guantu.yearsBefore = function (day, years) {
  const at = new Date(`${day}T00:00:00Z`),
    month = at.getUTCMonth();
  at.setUTCFullYear(at.getUTCFullYear() - years);
  if (at.getUTCMonth() !== month) at.setUTCDate(0);
  return at.toISOString().slice(0, 10);
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
    const turn = guantu.turnOn(row.turns, day);
    if (row.turn === turn) continue;
    row.turn = turn;
    // By place, not by a pattern: this runs for every row before the first picture.
    row.stage = turn[1];
    row.since = turn[2];
    row.begins = turn[3];
    row.grade = turn[4];
    row.restriction = turn[5];
    row.closed = turn[6];
    row.silent = turn[7];
    row.line = turn[8];
  }
  for (const row of bundle.measures) {
    const turn = guantu.turnOn(row.turns, day);
    if (row.turn === turn) continue;
    row.turn = turn;
    row.outcome = turn[1];
    row.reason = bundle.reasons[turn[2]];
    row.past = turn[3];
    row.warning = turn[4];
  }
};

// Facts dated wholly after the day are not shown; those of an unknown year are.
guantu.factsOn = (facts, day) => facts.filter((fact) => fact.from <= day);
