/* An order of nodes: pick them one after the other, drag them, or carry them with the keys; writes `z1, z2, z3`.

   What a student has written beside a name (z3:mul) stays with it. A text that is no plain list is left alone. */
"use strict";
paperControls.order = (host, text) => {
  const ENTRY = /^[A-Za-z_]\w*(?:\s*:\s*[^\s:]+)?$/;
  const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
  if (!text.nodes.length && !text.unnamed) return null;

  let placed = []; // the entries as written, in the student's order
  let chosen = -1; // the place that the buttons and keys act on
  let carriedFrom = null; // where a carried entry came from, for Escape

  /* ---- entries and nodes ---- */

  const keyOf = (name) => name.toLowerCase().replaceAll("_", "");
  const nameIn = (entry) => entry.split(":")[0].trim();
  const nodeOf = (entry) => {
    const [name, key] = [nameIn(entry), keyOf(nameIn(entry))];
    return text.nodes.find((node) => node.includes(name)) ?? text.nodes.find((node) => node.some((also) => keyOf(also) === key));
  };
  const waiting = () => {
    const done = placed.map(nodeOf);
    return text.nodes.filter((node) => !done.includes(node));
  };

  function entriesIn(answer) {
    if (!answer.trim()) return [];
    const entries = answer.split(/[,;\n]/).map((piece) => piece.trim());
    return entries.every((entry) => ENTRY.test(entry)) ? entries : null;
  }

  /* ---- what one does with them ---- */

  function change(entries, at) {
    placed = entries;
    chosen = Math.min(at, placed.length - 1);
    text.set(placed.join(", "));
    draw();
  }

  function place(name, at = placed.length) {
    change(placed.toSpliced(at, 0, name), at);
    text.say(`${name}, place ${at + 1} of ${placed.length}`);
  }

  function remove(at) {
    const name = placed[at];
    change(placed.toSpliced(at, 1), at);
    text.say(`${name} taken out, ${placed.length} left`);
  }

  function move(at, to) {
    if (to < 0 || to >= placed.length || to === at) return;
    const entry = placed[at];
    change(placed.toSpliced(at, 1).toSpliced(to, 0, entry), to);
    text.say(`${nameIn(entry)}, place ${to + 1} of ${placed.length}`);
  }

  /* ---- keys ---- */

  function listKeys(event) {
    const by = STEPS[event.key];
    if (chosen < 0 || event.metaKey) return;
    if (by && (carriedFrom !== null || event.altKey || event.ctrlKey)) move(chosen, chosen + by);
    else if (by) choose(Math.max(0, Math.min(chosen + by, placed.length - 1)));
    else if (event.key === "Home") choose(0);
    else if (event.key === "End") choose(placed.length - 1);
    else if (event.key === " " || event.key === "Enter") carry();
    else if (event.key === "Escape" && carriedFrom !== null) putBack();
    else if (event.key === "Delete" || event.key === "Backspace") drop(chosen);
    else return;
    event.preventDefault();
    focusOn(list, chosen);
  }

  function carry() {
    const name = nameIn(placed[chosen]);
    text.say(carriedFrom === null ? `${name} picked up: move it with the arrow keys, then press Space` : `${name} put down`);
    carriedFrom = carriedFrom === null ? chosen : null;
    draw();
  }

  function putBack() {
    move(chosen, carriedFrom);
    carriedFrom = null;
    draw();
  }

  function drop(at) {
    carriedFrom = null;
    remove(at);
    if (!placed.length) focusOn(pool, 0);
  }

  function poolKeys(event) {
    const by = STEPS[event.key];
    if (!by) return;
    const chips = [...pool.children];
    const at = chips.indexOf(event.target) + by;
    focusOn(pool, Math.max(0, Math.min(at, chips.length - 1)));
    event.preventDefault();
  }

  /* One stop of the Tab key for each row of nodes; the arrow keys go on from there. */
  function focusOn(row, at) {
    [...row.children].forEach((chip, index) => {
      chip.tabIndex = index === at ? 0 : -1;
    });
    row.children[at]?.focus();
  }

  function choose(at) {
    chosen = at;
    carriedFrom = null;
    mark();
  }

  /* ---- drawing ---- */

  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function chipOf(tag, entry) {
    const others = (nodeOf(entry) ?? []).filter((name) => name !== nameIn(entry));
    const chip = make(tag, { className: "node" }, make("span", { textContent: entry }));
    if (others.length) chip.append(make("small", { textContent: others.join(", ") }));
    chip.dataset.name = entry;
    return chip;
  }

  function placedChip(entry, at) {
    const chip = chipOf("li", entry);
    chip.setAttribute("role", "option");
    chip.setAttribute("aria-label", `${chip.textContent.replace(entry, `${entry} `).trim()}, place ${at + 1} of ${placed.length}`);
    chip.addEventListener("click", () => {
      choose(at);
      focusOn(list, at);
    });
    chip.addEventListener("focus", () => {
      if (at !== chosen) choose(at);
    });
    return chip;
  }

  function waitingChip([name], at) {
    const chip = chipOf("button", name);
    chip.type = "button";
    chip.tabIndex = at === 0 ? 0 : -1;
    chip.addEventListener("click", () => {
      place(name);
      if (pool.children.length) focusOn(pool, Math.min(at, pool.children.length - 1));
      else focusOn(list, chosen);
    });
    return chip;
  }

  function draw() {
    const nodes = waiting();
    const hadFocus = list.contains(document.activeElement);
    list.replaceChildren(...placed.map(placedChip));
    pool.replaceChildren(...nodes.map(waitingChip));
    list.hidden = !placed.length;
    empty.hidden = placed.length > 0;
    pool.hidden = !nodes.length;
    waits.hidden = !nodes.length;
    mark();
    if (hadFocus && placed.length) list.children[Math.max(chosen, 0)].focus();
  }

  function mark() {
    [...list.children].forEach((chip, at) => {
      chip.setAttribute("aria-selected", String(at === chosen));
      chip.classList.toggle("carried", at === chosen && carriedFrom !== null);
      chip.tabIndex = at === Math.max(chosen, 0) ? 0 : -1;
    });
    for (const button of [earlier, later, out]) button.disabled = chosen < 0;
    keys.hidden = !placed.length;
  }

  function button(words, act) {
    const made = make("button", { type: "button", className: "quiet", textContent: words });
    made.addEventListener("click", act);
    return made;
  }

  /* ---- the two rows ---- */

  const named = (kind, words) => make("p", { className: "part-name", id: `${text.id}-${kind}`, textContent: words });
  const yours = named("placed", "Your order");
  const list = make("ol", { className: "nodes" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-orientation", "horizontal");
  list.setAttribute("aria-labelledby", yours.id);
  const empty = make("p", { className: "nothing", textContent: "Nothing yet: pick the nodes below, first node first." });
  const area = make("div", { className: "placed" }, list, empty);
  const earlier = button("Earlier", () => move(chosen, chosen - 1));
  const later = button("Later", () => move(chosen, chosen + 1));
  const out = button("Take out", () => drop(chosen));
  const keys = make("p", { className: "keys", textContent: "Space picks a node up, the arrow keys move it, Delete takes it out." });
  const waits = named("waiting", "Not yet placed");
  const pool = make("div", { className: "nodes" });
  pool.setAttribute("role", "toolbar");
  pool.setAttribute("aria-labelledby", waits.id);
  const other = make("input", { type: "text", autocomplete: "off", spellcheck: false, placeholder: "n1" });
  other.setAttribute("aria-label", "A node without a name in the listing");
  const add = button("Add a node", addOther);
  const unread = make("p", { className: "unread", textContent: "Your answer is kept as the text below, which is no plain list of nodes. Edit it there." });
  const parts = make("div", {}, yours, area, make("div", { className: "below" }, earlier, later, out, keys), waits, pool);
  const more = make("div", { className: "below" }, other, add);
  if (text.unnamed) parts.append(more);
  host.append(parts, unread);

  function addOther() {
    const name = other.value.trim();
    if (!ENTRY.test(name)) return other.focus();
    other.value = "";
    place(name);
    other.focus();
  }

  other.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    addOther();
  });
  list.addEventListener("keydown", listKeys);
  pool.addEventListener("keydown", poolKeys);
  dragNodes(host, area, list, (name, from, gap) => {
    if (gap === null && from >= 0) remove(from);
    else if (gap !== null && from < 0) place(name, gap);
    else if (gap !== null) move(from, gap > from ? gap - 1 : gap);
  });

  return {
    refresh() {
      const entries = entriesIn(text.get());
      placed = entries ?? [];
      chosen = -1;
      carriedFrom = null;
      parts.hidden = !entries;
      unread.hidden = Boolean(entries);
      draw();
      return Boolean(entries);
    },
  };
};
