// The sheet of filters, with what each option would keep.
"use strict";

guantu.FEW = 12; // with more options than this a box narrows them

guantu.buildFilters = () => guantu.h("aside", { id: "filters", hidden: true });

guantu.renderFilters = function (page, found) {
  const { h } = guantu,
    sheet = document.getElementById("filters");
  if (sheet.hidden) return;
  sheet.setAttribute("aria-label", page.say("filters"));
  if (!page.unfolded) page.unfolded = new Set(["agency", "role", "stage", "outcome", "theme"]);
  const scrolled = sheet.scrollTop;
  guantu.redraw(
    sheet,
    h(
      "header",
      {},
      h("h2", {}, page.say("filters")),
      h(
        "button",
        {
          type: "button",
          id: "close-filters",
          class: "close",
          "aria-label": page.say("close"),
          onclick: () => page.sheet("filters", false),
        },
        "×",
      ),
    ),
    /** @type {Facet[]} */ ([
      "agency",
      "role",
      "counterpart",
      "stage",
      "outcome",
      "promise",
      "due",
      "theme",
      "town",
      "document",
      "article",
      "location",
    ]).map((facet) => guantu.facet(page, facet, found)),
    guantu.sinceBox(page),
    guantu.knownBox(page),
    guantu.compareBoxes(page),
    h(
      "label",
      { class: "check" },
      h("input", {
        type: "checkbox",
        id: "hide",
        checked: page.hide,
        onchange: () => page.set({ hide: !page.hide }),
      }),
      page.say("hide-muted"),
    ),
  );
  sheet.scrollTop = scrolled;
};

// Value, title and text to look through of every option, in the order that a reader looks for.
guantu.options = function (page, facet) {
  const { bundle } = page;
  if (facet === "agency") return bundle.agencies.map((row, i) => [i, page.of(row.name), { text: row.text }]);
  return Object.entries(bundle.codes[guantu.listOf(facet)]).map(([code, titles]) => [
    code,
    page.of(titles),
    { text: [guantu.fold([code, ...titles].join("\n")), ""] },
  ]);
};

guantu.facet = function (page, facet, found) {
  const { h } = guantu,
    chosen = page.filter[facet],
    open = page.unfolded.has(facet);
  const fold = (event) => {
    if (event.target.open === page.unfolded.has(facet)) return;
    if (!page.unfolded.delete(facet)) page.unfolded.add(facet);
    guantu.renderFilters(page, page.found);
  };
  const head = h(
    "summary",
    { id: `facet-${facet}` },
    page.say(facet),
    chosen.size > 0 && h("b", {}, String(chosen.size)),
  );
  if (!open) return h("details", { ontoggle: fold }, head);
  const counts = guantu.countOptions(page.bundle, page.filter, facet, found);
  let options = guantu
    .options(page, facet)
    .map(([value, title, text]) => [value, title, text, counts.get(value) || 0])
    .filter(([value, , , n]) => n || chosen.has(value));
  const many = options.length > guantu.FEW,
    narrow = page.narrowing?.[facet] || "";
  if (facet === "agency" || facet === "town") options.sort((a, b) => b[3] - a[3]);
  if (many && narrow)
    options = options.filter(([value, , text]) => chosen.has(value) || guantu.matcher(narrow)(text));
  return h(
    "details",
    { open: true, ontoggle: fold },
    head,
    many &&
      h("input", {
        id: `narrow-${facet}`,
        type: "search",
        class: "narrow",
        value: narrow,
        placeholder: page.say("narrow"),
        "aria-label": page.say("narrow-facet", { facet: page.say(facet) }),
        oninput: (event) => {
          const at = event.target.selectionStart;
          page.narrowing = { ...page.narrowing, [facet]: event.target.value };
          guantu.renderFilters(page, page.found);
          document.getElementById(`narrow-${facet}`).setSelectionRange(at, at);
        },
      }),
    h(
      "div",
      { class: many ? "options many" : "options", role: "group", "aria-label": page.say(facet) },
      options.map(([value, title, , n]) => guantu.option(page, facet, value, title, n)),
      !options.length && h("p", { class: "calm" }, page.say("none-found")),
    ),
  );
};

guantu.option = function (page, facet, value, title, count) {
  const { h } = guantu,
    key = facet === "agency" ? page.bundle.agencies[value].id : value;
  return h(
    "label",
    {},
    h("input", {
      type: "checkbox",
      id: `${facet}-${key}`,
      checked: page.filter[facet].has(value),
      onchange: () => page.toggle(facet, value),
    }),
    ["stage", "outcome"].includes(facet) && guantu.swatch(page, value),
    h("span", {}, title),
    h("small", {}, String(count)),
  );
};

// A box for a day: `read` gives the day of what is typed, undefined where there is none.
guantu.dayBox = function (page, { id, label, value, placeholder, read, take }) {
  const { h } = guantu;
  const typed = () => {
    const words = box.value.trim(),
      day = words ? read(words) : "",
      { first } = page.bundle;
    box.setAttribute("aria-invalid", String(day === undefined));
    fault.textContent = day === undefined ? page.say("no-such-day", { first, last: page.last }) : "";
    if (day !== undefined && day !== value) take(day);
  };
  const box = h("input", {
    ...{ id, size: 10, inputmode: "numeric", autocomplete: "off", placeholder, value },
    onchange: typed,
    onkeydown: (event) => event.key === "Enter" && typed(),
  });
  const fault = h("span", { class: "warn", role: "alert" });
  return h("p", { class: "since" }, h("label", { for: id }, label), box, fault);
};

guantu.sinceBox = (page) =>
  guantu.dayBox(page, {
    ...{ id: "since", label: page.say("since-box"), value: page.filter.since },
    placeholder: guantu.yearAgo(page),
    read: (words) => guantu.dayWithin(page, words),
    take: (day) => page.change("since", day),
  });
