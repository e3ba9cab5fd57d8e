// Runs the plain scripts as a page does: in one global scope that has a `window`, and no more of a browser
// than is asked for.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const ASSETS = path.join(__dirname, "..", "assets");

// What the scripts `names` make of `guantu`; `more` are further globals.
function load(names, more = {}) {
  const scope = vm.createContext({ URLSearchParams, ...more });
  scope.window = scope;
  scope.guantu = {};
  for (const name of names) {
    const file = path.join(ASSETS, `${name}.js`);
    vm.runInContext(fs.readFileSync(file, "utf8"), scope, { filename: file });
  }
  return scope.guantu;
}

// A value of the scripts as one of ours: theirs has the prototypes of another scope.
const plain = (value) => structuredClone(value);

module.exports = { ASSETS, load, plain };
