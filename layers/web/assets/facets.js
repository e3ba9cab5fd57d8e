// The panel of filters, with what each option would keep.
"use strict";

guantu.filterPanel = function (page, found) {
  const { h } = guantu,
    { filter, bundle } = page;
  const change = (facet, value) => page.set({ filter: { ...filter, [facet]: value }, listed: null });
  const facet = (name, list, swatched) => {
    const counts = guantu.countOptions(bundle, filter, name);
    const codes = Object.keys(bundle.codes[list]).filter(
      (code) => counts.get(code) || filter[name].has(code),
    );
    const toggle = (code) => {
      const next = new Set(filter[name]);
      if (!next.delete(code)) next.add(code);
      change(name, next);
    };
    return h(
      "fieldset",
      {},
      h("legend", {}, page.say(name)),
      codes.map((code) =>
        h(
          "label",
          {},
          h("input", {
            type: "checkbox",
            id: `${name}-${code}`,
            checked: filter[name].has(code),
            onchange: () => toggle(code),
          }),
          swatched && guantu.swatch(page, code),
          page.title(list, code),
          h("small", {}, String(counts.get(code) || 0)),
        ),
      ),
    );
  };
  // One of many: the options that would keep something, with how much; `read` turns the text of an option
  // into its value.
  const pick = (name, options, sorted, read = (value) => value) => {
    const counts = guantu.countOptions(bundle, filter, name),
      chosen = [...filter[name]][0];
    const shown = options
      .map(([value, title]) => [value, title, counts.get(value) || 0])
      .filter(([value, , n]) => n || value === chosen);
    if (sorted) shown.sort((a, b) => b[2] - a[2] || a[1].localeCompare(b[1], page.langs[page.lang]));
    return h(
      "label",
      { class: "pick" },
      page.say(name),
      h(
        "select",
        {
          id: name,
          onchange: (event) => change(name, new Set(event.target.value ? [read(event.target.value)] : [])),
        },
        h("option", { value: "" }, page.say("all")),
        shown.map(([value, title, n]) =>
          h("option", { value, selected: value === chosen }, `${title} (${n})`),
        ),
      ),
    );
  };
  const listed = (name) => Object.keys(bundle.codes[name]).map((code) => [code, page.title(name, code)]);
  return [
    h("h1", {}, page.say("filters")),
    h(
      "p",
      { id: "counts" },
      `${page.say("measures")} `,
      h("b", {}, String(found.measures.length)),
      ` · ${page.say("features")} `,
      h("b", {}, String(found.features.length)),
    ),
    h("input", {
      type: "search",
      id: "q",
      value: filter.q,
      placeholder: page.say("search"),
      "aria-label": page.say("search"),
      oninput: (event) => {
        clearTimeout(page.typing);
        page.typing = setTimeout(() => {
          const at = event.target.selectionStart;
          change("q", event.target.value);
          const box = document.getElementById("q");
          box.focus();
          box.setSelectionRange(at, at);
        }, 200);
      },
    }),
    pick(
      "agency",
      bundle.agencies.map((row, i) => [i, page.of(row.name)]),
      true,
      Number,
    ),
    facet("role", "role"),
    facet("stage", "stage", true),
    facet("outcome", "outcome", true),
    facet("theme", "theme"),
    facet("document", "document"),
    pick("article", listed("article")),
    pick("town", listed("town"), true),
    facet("location", "location"),
    h(
      "button",
      {
        id: "reset",
        type: "button",
        onclick: () => page.set({ filter: guantu.emptyFilter(), listed: null }),
      },
      page.say("reset"),
    ),
    ...(found.measures.length + found.features.length
      ? []
      : [h("p", { role: "status" }, page.say("no-row"))]),
  ];
};
