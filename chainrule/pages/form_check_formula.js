/* Form checks of the kinds whose reading needs the question: brackets, loose ends, commas, entries, letters. */
"use strict";
const formulaChecks = (() => {
  const { look, note, plain, quoted, readExpression } = formWords;
  const COMMA = "Please write numbers without a comma, and with a point for decimals.";
  const READABLE_ENTRIES = 12; // more than these are counted, not repeated
  const MOST_LAYER_DIGITS = 6;

  const countOf = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const listed = (entries, noun) => {
    const shown = entries.slice(0, READABLE_ENTRIES).join(", ") + (entries.length > READABLE_ENTRIES ? ", \u2026" : "");
    return { state: "read", text: `${countOf(entries.length, noun)}: ${shown}.` };
  };

  /* What is wrong with the form of any formula, or null. A list's "a)" closes nothing, so only openings are counted. */
  function looseEnd(typed) {
    const count = (character) => typed.split(character).length - 1;
    for (const [opening, closing] of ["()", "[]", "{}"]) {
      if (count(opening) > count(closing)) return look(`A bracket ${opening} is not closed: ${quoted(typed)}.`);
      if (count(opening) < count(closing) && !/^\s*\w{1,2}\)/m.test(typed)) {
        return look(`A bracket ${closing} closes nothing: ${quoted(typed)}.`);
      }
    }
    return /[-+*/^=]\s*$/.test(plain(typed)) ? look(`This seems to break off: ${quoted(typed)}.`) : null;
  }

  /* A comma between digits is no decimal point inside brackets: min(2,3) has two arguments. */
  function withoutBrackets(text) {
    for (let before = ""; before !== text; ) [before, text] = [text, text.replace(/[([{][^()[\]{}]*[)\]}]/g, " ")];
    return text;
  }

  function checkFormula(typed) {
    return looseEnd(typed) ?? (/\d,\d/.test(withoutBrackets(typed)) ? look(COMMA) : note());
  }

  /* ---- lists of numbers, of sizes, of layers ---- */

  const unwrapped = (text) => /^\s*[([](.*)[)\]]\s*$/s.exec(text)?.[1] ?? text;
  const isNumber = (entry) => "value" in readExpression(entry);

  /* The entries between commas; null where the text is anything but one plain list. */
  function entriesOf(text) {
    const inside = unwrapped(text);
    return /[[\]{};\n]/.test(inside) ? null : splitAtCommas(inside);
  }

  function splitAtCommas(text) {
    const pieces = [""];
    let depth = 0;
    for (const character of text) {
      depth += { "(": 1, ")": -1 }[character] ?? 0;
      if (character === "," && depth === 0) pieces.push("");
      else pieces[pieces.length - 1] += character;
    }
    return depth === 0 ? pieces.map((piece) => piece.trim()) : null;
  }

  function checkVector(typed) {
    const loose = looseEnd(typed);
    if (loose) return loose;
    const entries = entriesOf(typed);
    if (entries?.length > 1 && entries.some((entry) => !entry)) return look("An entry between two commas is empty.");
    return entries?.every(isNumber) && (entries.length > 1 || unwrapped(typed) !== typed) ? listed(entries, "number") : note();
  }

  function checkMatrix(typed) {
    const loose = looseEnd(typed);
    if (loose) return loose;
    const rows = rowsOf(typed);
    if (!rows?.every((row) => row.every(isNumber))) return note();
    const widths = rows.map((row) => row.length);
    const odd = widths.findIndex((width) => width !== widths[0]);
    if (odd > 0) return look(`Row 1 has ${countOf(widths[0], "number")}, row ${odd + 1} has ${widths[odd]}.`);
    return { state: "read", text: `${countOf(rows.length, "row")} of ${countOf(widths[0], "number")}.` };
  }

  /* Rows on lines of their own, or in brackets inside brackets; null for anything else. */
  function rowsOf(typed) {
    const nested = /^\s*\[\s*(\[[^[\]]*\](?:\s*,\s*\[[^[\]]*\])*)\s*\]\s*$/.exec(typed);
    const lines = nested ? [...nested[1].matchAll(/\[([^[\]]*)\]/g)].map((row) => row[1]) : typed.trim().split("\n");
    if (!nested && (lines.length < 2 || /[[\]{}&;|\\]/.test(typed))) return null;
    const rows = lines.map(splitAtCommas);
    return rows.some((row) => row === null || row.length < 2) ? null : rows;
  }

  function checkShape(typed) {
    const loose = looseEnd(typed);
    if (loose) return loose;
    const entries = /^\s*[([].*[)\]]\s*$/.test(typed) ? entriesOf(typed) : null;
    const plainSizes = entries?.every((entry) => /^[\w\s*/+^()-]+$/.test(entry) && !/^\d+\s+\d/.test(entry));
    return plainSizes && entries.length > 1 ? listed(entries, "size") : note();
  }

  function checkSchedule(typed) {
    if (/^\s*none\s*$/i.test(typed)) return { state: "read", text: "No layer." };
    const loose = looseEnd(typed);
    if (loose) return loose;
    const layers = (/^\s*[[{(](.*)[\]})]\s*$/.exec(typed)?.[1] ?? typed).split(",").map((piece) => piece.trim());
    return layers.every((layer) => /^\d+$/.test(layer) && layer.length <= MOST_LAYER_DIGITS) ? listed(layers, "layer") : note();
  }

  /* ---- the letters of a choice ---- */

  function checkChoice(typed, _names, keys, several) {
    const found = typed.split(",").map((piece) => piece.trim().replace(/^\((.*)\)$|[.)]$/g, "$1").toUpperCase());
    if (several && /^\s*none\s*$/i.test(typed)) return { state: "read", text: "None of the options." };
    if (!found.every((key) => /^[A-Z]$/.test(key))) return note();
    const strange = found.find((key) => !keys.includes(key));
    if (strange) return look(`${strange} is none of the options ${keys.join(", ")}.`);
    if (!several && found.length > 1) return look(`This question asks for one option, and here are ${found.length}.`);
    return { state: "read", text: `${countOf(found.length, "option")}: ${found.join(", ")}.` };
  }

  return {
    vector: checkVector,
    matrix: checkMatrix,
    shape: checkShape,
    expression: checkFormula,
    bytes: checkFormula,
    growth: checkFormula,
    schedule: checkSchedule,
    choice: checkChoice,
  };
})();
