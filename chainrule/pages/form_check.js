/* What a typed answer looks like, never whether it is right: a text goes in, { state, text } comes out.

   States: "empty"; "read" (this is how it reads); "look" (something worth a second look); "note" (kept as typed, a
   person decides). Nothing here forbids anything, and no answer is in reach: only the names that the listing prints. */
"use strict";
const formCheck = (() => {
  const { look, note, plain, quoted, readExpression, inWords, alike } = formWords;
  const LONGEST_ANSWER = { number: 2000, order: 2000, trace: 12000 }; // what the grader reads of one answer

  /* ---- one number ---- */

  const ONE_NUMBER = "Write one number, for example 32 or 1/exp(6).";
  const TWO_NUMBERS = /[\w.]\s+[-+][\d.]/; // a difference has blanks on both sides of its sign, or on neither

  const LONE_NUMBER = /(^|[^\w.])\.?\d/;

  function checkNumber(typed) {
    const text = plain(typed).trim().replace(/[.;]$/, "");
    const links = text.split(/==|=|:|\u2192/);
    const last = links[links.length - 1];
    const found = readExpression(last);
    if (found.unfinished) return look(`This seems to break off: ${quoted(typed)}.`);
    if ("value" in found) {
      // A dash that may be a bullet, two signs in a row, a number inside words: the grader leaves these to a person.
      if (/^-\s|[-+]\s*-/.test(text)) return note();
      const read = links.slice(0, -1).map((link) => [link, readExpression(link)]);
      if (read.some(([link, { value }]) => value === undefined && LONE_NUMBER.test(link))) return note();
      const others = read.map(([, link]) => link).filter((link) => "value" in link);
      if (!others.length && TWO_NUMBERS.test(last.replace(/\([^()]*\)/g, "()"))) return look(ONE_NUMBER);
      return others.every((link) => alike(link.value, found.value))
        ? { state: "read", text: `Reads as ${inWords(last, found.value)}` }
        : note();
    }
    if (/\d,\d/.test(text)) return look("Please write the number without a comma, and with a point for decimals.");
    if (!/\d/.test(text) || /^[-\d.]+(\s+[-\d.]+)+$/.test(text)) {
      return look(ONE_NUMBER);
    }
    return note();
  }

  /* ---- names ---- */

  const keyOf = (name) => name.toLowerCase().replaceAll("_", "");

  /* The name as the listing prints it, or undefined. Nodes that the listing leaves without a name are n1, n2, ... */
  function printedName(name, names) {
    const key = keyOf(name);
    return /^n\d+$/.test(key) ? key : (names.find((known) => known === name) ?? names.find((known) => keyOf(known) === key));
  }

  const stranger = (name) => `${quoted(name)} is not a name in the listing`;

  /* ---- an order of nodes ---- */

  const ENTRY = /([A-Za-z_]\w*)(?:\s*:\s*[A-Za-z_*+/-]+)?(?:\s*\([^()]*\))?/g;

  function checkOrder(typed, names) {
    const text = plain(typed).replace(/^[A-Za-z\s]*\border[A-Za-z\s]*[:=]/i, "");
    const written = [...text.matchAll(ENTRY)].map((entry) => entry[1]);
    if (!written.length) return look("Write the nodes\u2019 names, separated by commas.");
    const remarks = new Set();
    const seen = new Set();
    for (const name of written) {
      const printed = printedName(name, names);
      if (!printed) remarks.add(stranger(name));
      else if (seen.has(printed)) remarks.add(`${printed} stands twice`);
      seen.add(printed ?? name);
    }
    const list = `${written.length} ${written.length === 1 ? "node" : "nodes"}: ${written.join(", ")}.`;
    return remarks.size ? look(`${[...remarks].join("; ")}. ${list}`) : { state: "read", text: list };
  }

  /* ---- a trace: lines of statements ---- */

  const TARGET = /([A-Za-z_]\w*)\s*\.\s*(grad|value)\b/i;
  const LONGEST_ECHO = 8;
  // Names that a rule in words may use for the two ends of an operation.
  const ROLES = ["self", "other", "output", "input"];

  /* One statement: { read }, { rule: true }, { broken: true } or {} for words. */
  function readStatement(piece) {
    const target = TARGET.exec(piece);
    if (!target) return {};
    const rest = /^\s*(\+=|==|=|:)(.*)$/s.exec(piece.slice(target.index + target[0].length));
    if (!rest) return {};
    const last = rest[2].split(/==|=|\u2192/).pop();
    const found = readExpression(last);
    if (found.unfinished || /[-+*/^(]\s*$/.test(last)) return { broken: true };
    if ("value" in found) return { read: `${target[0].replace(/\s/g, "")} ${rest[1]} ${inWords(last, found.value)}` };
    return { rule: true };
  }

  function strangersOf(line, names) {
    const used = [...line.matchAll(new RegExp(TARGET, "gi"))].map((target) => target[1]);
    return used.filter((name) => !ROLES.includes(keyOf(name)) && !printedName(name, names));
  }

  function checkTrace(typed, names) {
    const read = [];
    const remarks = [];
    typed.split("\n").forEach((typedLine, index) => {
      const line = plain(typedLine).replace(/#.*/, "");
      for (const piece of line.split(/[;,]/)) {
        const statement = readStatement(piece);
        if (statement.read) read.push(statement.read);
        if (statement.broken) remarks.push(`Line ${index + 1} seems to break off: ${quoted(piece)}.`);
      }
      for (const name of new Set(strangersOf(line, names))) remarks.push(`Line ${index + 1}: ${stranger(name)}.`);
    });
    const echo = (read.length > LONGEST_ECHO ? "\u2026 " : "") + read.slice(-LONGEST_ECHO).join(", ");
    const values = read.length ? `${echo}: ${read.length} ${read.length === 1 ? "value" : "values"} read.` : "";
    if (remarks.length) return look(`${remarks.slice(0, 3).join(" ")} ${values}`.trim());
    return read.length ? { state: "read", text: values } : note();
  }

  const CHECKS = { number: checkNumber, order: checkOrder, trace: checkTrace, ...formulaChecks };

  /* kind: of the answer; typed: the text; names: those that the listing prints; keys: the letters of a choice. */
  return (kind, typed, names, keys = [], several = false) => {
    if (!typed.trim()) return { state: "empty", text: "" };
    const longest = LONGEST_ANSWER[kind];
    if (typed.length > longest) {
      return look(`${typed.length} characters are more than the grader reads; please shorten this to ${longest}.`);
    }
    return CHECKS[kind] ? CHECKS[kind](typed, names, keys, several) : note();
  };
})();
