// The list of chapters of a meeting: tick, drag or move by keys, and write a note to each.
// One listener a kind on the list itself; the rows are moved, never made anew, so that focus and text stay.

export default function ({ data, parentElement, setStateValue }) {
  const list = parentElement.querySelector("ol"),
    said = parentElement.querySelector("[aria-live]"),
    words = data.words;
  // A run of the server tells the same rows again: what is being edited stays as it is.
  if (list.dataset.base === data.base) return;
  list.dataset.base = data.base;
  list.replaceChildren(...data.rows.map((row) => rowOf(row, words)));
  list.setAttribute("aria-label", words.list);
  number(list);
  list.querySelectorAll("textarea").forEach(grow);

  const tell = () => setStateValue("chosen", [...list.children].map(valueOf));
  let waiting = 0;
  list.onchange = () => {
    clearTimeout(waiting);
    number(list);
    tell();
  };
  list.oninput = (event) => {
    if (!event.target.matches("textarea")) return;
    grow(event.target);
    clearTimeout(waiting);
    waiting = setTimeout(tell, 700);
  };
  const move = (row, step, focus) => {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    number(list);
    focus.focus();
    row.scrollIntoView({ block: "nearest" });
    const at = [...list.children].indexOf(row) + 1;
    said.textContent = words.moved
      .replace("{title}", row.querySelector(".title").textContent)
      .replace("{n}", at)
      .replace("{all}", list.children.length);
    tell();
  };
  list.onclick = (event) => {
    const button = event.target.closest("button");
    if (button) move(button.closest("li"), Number(button.dataset.step), button);
  };
  list.onkeydown = (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.altKey) return;
    event.preventDefault();
    move(event.target.closest("li"), step, event.target);
  };
  dragging(list, () => {
    number(list);
    tell();
  });
}

function rowOf({ key, on, title, note }, words) {
  const row = document.createElement("li");
  row.dataset.key = key;
  const handle = make("span", { className: "handle", textContent: "⠿", title: words.drag });
  handle.setAttribute("aria-hidden", "true");
  const tick = make("input", { type: "checkbox", checked: on });
  const label = make("label", {});
  label.append(
    tick,
    make("span", { className: "place" }),
    make("span", { className: "title", textContent: title }),
  );
  const text = make("textarea", { value: note, rows: 1, maxLength: words.longest, placeholder: words.note });
  text.setAttribute("aria-label", `${words.note}: ${title}`);
  const buttons = [
    [-1, "↑", words.up],
    [1, "↓", words.down],
  ].map(([step, sign, word]) => {
    const button = make("button", { type: "button", textContent: sign, title: word });
    button.dataset.step = step;
    button.setAttribute("aria-label", `${word}: ${title}`);
    return button;
  });
  row.append(handle, label, ...buttons, text);
  return row;
}

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

function valueOf(row) {
  return [row.dataset.key, row.querySelector("input").checked, row.querySelector("textarea").value];
}

// The place of each chapter among those that are told.
function number(list) {
  let count = 0;
  for (const row of list.children) {
    const on = row.querySelector("input").checked;
    row.classList.toggle("off", !on);
    row.querySelector(".place").textContent = on ? `${++count}` : "";
  }
}

function grow(text) {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

// A row is dragged by its handle alone: elsewhere one wants to mark text.
function dragging(list, done) {
  let held = null;
  list.onpointerdown = (event) => {
    const row = event.target.closest(".handle")?.closest("li");
    for (const each of list.children) each.draggable = each === row;
  };
  list.ondragstart = (event) => {
    held = event.target.closest?.("li");
    if (!held) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.dataset.key);
    held.classList.add("held");
  };
  list.ondragover = (event) => {
    const row = event.target.closest?.("li");
    if (!held || !row) return;
    event.preventDefault();
    if (row === held) return;
    const { top, height } = row.getBoundingClientRect();
    if (event.clientY < top + height / 2) row.before(held);
    else row.after(held);
  };
  list.ondrop = (event) => event.preventDefault();
  list.ondragend = () => {
    held?.classList.remove("held");
    if (held) done();
    held = null;
  };
}
