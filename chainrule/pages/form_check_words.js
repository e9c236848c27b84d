/* What every form check says and how it looks at a text: the words, one spelling for look-alike signs, numbers. */
"use strict";
const formWords = (() => {
  const KEPT = "Saved as typed; a person will look if the grader cannot read it.";
  const LONGEST_EXPRESSION = 500; // deeper nesting than this allows is nobody's answer, and could fill the stack
  const FUNCTIONS = { exp: Math.exp, log: Math.log, sqrt: Math.sqrt };
  const LOOKALIKES = [
    [/[\u2212\u2013\ufe63\uff0d]/g, "-"],
    [/[\u00d7\u00b7\u22c5\u2217]/g, "*"],
    [/[\u00f7\u2044\u2215]/g, "/"],
    [/[\u00a0\u2007\u2009\u202f]/g, " "],
    [/[\u2190-\u21ff]/g, "\u2192"],
    [/[\u2080-\u2089]/g, (digit) => String(digit.charCodeAt(0) - 0x2080)],
    [/\\(text|mathrm|mathtt)\b/g, ""],
    [/[{}$`\\]/g, ""],
  ];

  const look = (text) => ({ state: "look", text });
  const note = (text = KEPT) => ({ state: "note", text });
  const plain = (text) => LOOKALIKES.reduce((found, [from, to]) => found.replace(from, to), text);
  const quoted = (text) => `\u201c${text.trim().slice(0, 40)}\u201d`;

  /* ---- expressions of numbers: + - * / ** ^ ( ) exp log sqrt e ---- */

  function tokensOf(text) {
    const pattern = /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(\*\*|[-+*/^()])|([A-Za-z]+))/y;
    const tokens = [];
    const end = text.trimEnd().length;
    while (pattern.lastIndex < end) {
      const found = pattern.exec(text);
      if (!found) return null;
      tokens.push(found[1] ?? found[2] ?? found[3]);
    }
    return tokens;
  }

  const UNFINISHED = { unfinished: true };
  const UNREADABLE = { unreadable: true };

  /* The value, or that the text breaks off, or that this small reader does not know. */
  function readExpression(text) {
    const tokens = text.length > LONGEST_EXPRESSION ? null : tokensOf(text);
    if (!tokens) return UNREADABLE;
    let place = 0;
    const next = (...wanted) => wanted.includes(tokens[place]) && tokens[place++];
    const closed = (value) => {
      if (next(")")) return value;
      throw place < tokens.length ? UNREADABLE : UNFINISHED;
    };
    function sum() {
      let value = product();
      for (let sign; (sign = next("+", "-")); ) value += sign === "+" ? product() : -product();
      return value;
    }
    function product() {
      let value = signed();
      for (let sign; (sign = next("*", "/")); ) value = sign === "*" ? value * signed() : value / signed();
      return value;
    }
    function signed() {
      if (next("-")) return -signed();
      if (next("+")) return signed();
      const base = atom();
      return next("**", "^") ? base ** signed() : base;
    }
    function atom() {
      if (place >= tokens.length) throw UNFINISHED;
      if (next("(")) return closed(sum());
      const token = tokens[place++];
      if (/^[\d.]/.test(token)) return Number(token);
      if (token === "e") return Math.E;
      if (Object.hasOwn(FUNCTIONS, token) && next("(")) return FUNCTIONS[token](closed(sum()));
      throw UNREADABLE;
    }
    try {
      const value = sum();
      return place === tokens.length && Number.isFinite(value) ? { value } : UNREADABLE;
    } catch (reason) {
      if (reason === UNFINISHED || reason === UNREADABLE) return reason;
      throw reason;
    }
  }

  const alike = (left, right) => Math.abs(left - right) <= 1e-9 * Math.max(Math.abs(left), Math.abs(right));

  function inWords(text, value) {
    const written = text.trim();
    if (/^-?[\d.]+(e[+-]?\d+)?$/i.test(written)) return written;
    const short = Number(value.toPrecision(6));
    return short === value ? String(value) : `${written}, about ${short}`;
  }

  return { look, note, plain, quoted, readExpression, inWords, alike };
})();
