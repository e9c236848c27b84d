/* A trace as a table of changed cells: one row a line, so that no character of the text is lost.

   A line such as `z2.grad = 8` is a row of three cells; every other line is a row of kept text. A row that nobody
   touches writes back the very line that it was read from. */
"use strict";
paperControls.trace = (host, text) => {
  const STATEMENT = /^\s*([A-Za-z_]\w*)\s*\.\s*(grad|value)\s*(?:(?:==|=)\s*(.*?)\s*)?$/;
  const WITHOUT_NODE = /^= (.*)$/;
  const MORE_THAN_A_VALUE = /[;#]|[A-Za-z_]\w*\s*\.\s*(?:grad|value)\b/;
  const TARGET = /^\s*(\w+)\s*\.\s*(grad|value)\s*$/;
  const PARTS = ["grad", "value"];

  let rows = [];

  /* ---- lines and rows ---- */

  function rowOf(line) {
    if (!line.trim()) return { line, node: "", part: "grad", value: "" };
    const [, node, part, value = ""] = STATEMENT.exec(line) ?? [];
    if (node && !MORE_THAN_A_VALUE.test(value)) return { line, node, part, value };
    const [, alone] = WITHOUT_NODE.exec(line) ?? [];
    if (alone && !MORE_THAN_A_VALUE.test(alone)) return { line, node: "", part: "grad", value: alone };
    return { line, kept: true };
  }

  function lineOf({ node, part, value }) {
    const target = node.trim() && `${node.trim()}.${part}`;
    return [target, value.trim() && `= ${value.trim()}`].filter(Boolean).join(" ");
  }

  const write = () => text.set(rows.map((row) => row.line).join("\n"));

  function edit(row, change) {
    Object.assign(row, change);
    if (!row.kept) row.line = lineOf(row);
    write();
  }

  /* ---- what one does with rows ---- */

  function insert(place) {
    rows.splice(place, 0, rowOf(""));
    write();
    draw();
    focusOn(place, "node");
    text.say(`Row ${place + 1} of ${rows.length} added`);
  }

  function remove(place) {
    rows.splice(place, 1);
    if (!rows.length) rows = [rowOf("")];
    write();
    draw();
    focusOn(Math.min(place, rows.length - 1), "node");
    text.say(`Row ${place + 1} deleted, ${rows.length} left`);
  }

  function move(place, by, cell) {
    const to = place + by;
    if (to < 0 || to >= rows.length) return;
    rows.splice(to, 0, ...rows.splice(place, 1));
    write();
    draw();
    focusOn(to, cell);
    text.say(`Moved to row ${to + 1} of ${rows.length}`);
  }

  function focusOn(place, cell) {
    const row = body.children[place];
    const target = row?.querySelector(`[data-cell="${cell}"]:not(:disabled)`) ?? row?.querySelector("input");
    target?.focus();
  }

  function pressed(event) {
    const line = event.target.closest("tr");
    const cell = event.target.dataset.cell;
    if (!line || !cell || event.isComposing || event.ctrlKey || event.metaKey) return;
    const place = [...body.children].indexOf(line);
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by && event.altKey && cell !== "part") move(place, by, cell);
    else if (by && (cell === "value" || cell === "kept")) focusOn(place + by, "value");
    else if (event.key === "Enter" && cell === "node") focusOn(place, "value");
    else if (event.key === "Enter" && cell === "part") focusOn(place, "value");
    else if (event.key === "Enter" && (cell === "value" || cell === "kept")) next(place);
    else if (event.key === "Backspace" && cell === "node" && !rows[place].line && rows.length > 1) remove(place);
    else return;
    event.preventDefault();
  }

  function next(place) {
    if (place + 1 < rows.length) focusOn(place + 1, "node");
    else insert(place + 1);
  }

  /* ---- drawing ---- */

  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function input(place, cell, name, row, given) {
    const box = make("input", { type: "text", value: row[given], autocomplete: "off", spellcheck: false });
    for (const [key, value] of [["autocapitalize", "none"], ["autocorrect", "off"], ["enterkeyhint", "next"]]) {
      box.setAttribute(key, value);
    }
    box.dataset.cell = cell;
    box.setAttribute("aria-label", `Row ${place + 1}, ${name}`);
    box.addEventListener("input", () => edit(row, { [given]: box.value }));
    return box;
  }

  function nodeCell(row, place) {
    const box = input(place, "node", "node", row, "node");
    box.setAttribute("list", names.id);
    box.addEventListener("change", () => {
      const [, node, part] = TARGET.exec(box.value) ?? []; // somebody wrote z2.grad here
      if (!node) return;
      edit(row, { node, part });
      box.value = node;
      box.closest("tr").querySelector("select").value = part;
    });
    return make("td", { className: "node" }, box);
  }

  function partCell(row, place) {
    const choice = make("select", {}, ...PARTS.map((part) => make("option", { value: part, textContent: `.${part}` })));
    choice.value = row.part;
    choice.dataset.cell = "part";
    choice.setAttribute("aria-label", `Row ${place + 1}, gradient or value`);
    choice.addEventListener("change", () => edit(row, { part: choice.value }));
    return make("td", { className: "part" }, choice);
  }

  function button(place, cell, sign, name, act) {
    const made = make("button", { type: "button", textContent: sign, title: name });
    made.dataset.cell = cell;
    made.setAttribute("aria-label", `${name} ${place + 1}`);
    made.addEventListener("click", act);
    return made;
  }

  function actionsCell(place) {
    const up = button(place, "up", "\u2191", "Move up row", () => move(place, -1, "up"));
    const down = button(place, "down", "\u2193", "Move down row", () => move(place, 1, "down"));
    const away = button(place, "delete", "\u00d7", "Delete row", () => remove(place));
    up.disabled = place === 0;
    down.disabled = place === rows.length - 1;
    away.disabled = rows.length === 1 && !rows[0].line;
    return make("td", { className: "actions" }, up, down, away);
  }

  function drawRow(row, place) {
    const cells = row.kept
      ? [make("td", { className: "kept", colSpan: 3 }, input(place, "kept", "kept as text", row, "line"))]
      : [
          nodeCell(row, place),
          partCell(row, place),
          make("td", { className: "number" }, input(place, "value", "value", row, "value")),
        ];
    const number = make("th", { scope: "row", textContent: String(place + 1) });
    return make("tr", {}, number, ...cells, actionsCell(place));
  }

  function draw() {
    body.replaceChildren(...rows.map(drawRow));
  }

  /* ---- the table ---- */

  const names = make("datalist", { id: `${text.id}-nodes` });
  for (const [node, ...others] of text.nodes) {
    names.append(make("option", { value: node, label: others.length ? `${node}, also ${others.join(", ")}` : node }));
  }
  const heads = ["Row", "Node", "Changes", "New number"].map((word) => make("th", { scope: "col", textContent: word }));
  const body = make("tbody");
  const table = make("table", { className: "cells" }, make("thead", {}, make("tr", {}, ...heads, make("td"))), body);
  table.setAttribute("aria-labelledby", text.labelId);
  const add = make("button", { type: "button", textContent: "Add a row" });
  add.addEventListener("click", () => insert(rows.length));
  const keys = make("p", { className: "keys", textContent: "Enter: next row. Alt with \u2191 or \u2193: moves the row." });
  host.append(names, table, make("div", { className: "below" }, add, keys));
  host.addEventListener("keydown", pressed);

  return {
    refresh() {
      rows = text.get().split("\n").map(rowOf);
      draw();
      return true;
    },
  };
};
