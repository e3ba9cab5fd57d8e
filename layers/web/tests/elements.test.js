"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { load, plain } = require("./load");

// As much of a document as makes an element; whoever writes markup fails.
const document = {
  createElement: (tag) => ({
    ...{ tag, attributes: {}, listeners: {}, children: [] },
    setAttribute(name, value) {
      this.attributes[name] = value;
    },
    addEventListener(name, action) {
      this.listeners[name] = action;
    },
    append(...children) {
      this.children.push(...children);
    },
    set innerHTML(_markup) {
      throw new Error("text went in as markup");
    },
  }),
};
const guantu = load(["elements"], { document });

test("text goes in as text, whatever it holds", () => {
  const text = '<img src=x onerror="alert(1)">&amp;',
    node = guantu.h("p", { title: text }, text);
  assert.deepEqual(node.children, [text]);
  assert.deepEqual(node.attributes, { title: text });
});

test("children may be nested; what is nothing is left out, a zero is not", () => {
  const inner = guantu.h("b", {}, 0),
    node = guantu.h("p", {}, ["a", [inner, null, [undefined, false]]], "");
  assert.deepEqual(inner.children, [0]);
  assert.deepEqual(node.children, ["a", inner, ""]);
});

test("attributes that are on, off, or an action", () => {
  const action = () => {},
    node = guantu.h("button", {
      ...{ hidden: true, open: false, id: null, for: undefined },
      onclick: action,
      size: 0,
    });
  assert.deepEqual(plain(node.attributes), { hidden: "", size: 0 });
  assert.equal(node.listeners.click, action);
});
