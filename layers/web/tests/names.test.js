"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");
const { ASSETS } = require("./load");

const read = (...parts) => fs.readFileSync(path.join(...parts), "utf8");
const scripts = fs.readdirSync(ASSETS).filter((name) => name.endsWith(".js"));
// The server makes these (layers/web/document.py).
const defined = new Set(["files", "names"]);
for (const name of scripts)
  for (const [, found] of read(ASSETS, name).matchAll(/\bguantu\.(\w+) \??\??=(?!=)/g)) defined.add(found);

// The types allow any name of `guantu`, so that a new function need not be declared; here a wrong one is
// found.
test("every name of guantu that a script uses is set by one", () => {
  for (const name of scripts)
    for (const [, used] of read(ASSETS, name).matchAll(/\bguantu\.(\w+)/g))
      assert.ok(defined.has(used), `${name}: guantu.${used}`);
});

test("every name of guantu that the types declare is there", () => {
  const [, body] = /interface Guantu \{\n(.*?)\n\}/s.exec(read(__dirname, "..", "types.d.ts"));
  const declared = [...body.matchAll(/^ {2}(\w+)[?:(<]/gm)].map(([, name]) => name);
  assert.ok(declared.length > 150);
  for (const name of declared) assert.ok(defined.has(name), name);
});
