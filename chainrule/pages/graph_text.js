/* The text of a drawn graph, one node a line: `z1 = leaf(x)`, `z3 = mul(z1, z2)`; written, and read back.

   Reading is strict: what it returns is what the grader reads, and every other text is a { problem } in words, so that
   nothing that a student typed is drawn otherwise than it was meant, or lost. */
const graphText = (() => {
  const { LEAF, leaf, isLeaf, isNumber, fold, operation, inOrder } = graphModel;
  const OPEN = "?"; // stands for an input that nothing is connected to
  const NAME = /^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$/;
  const MODULE = /^(?:ag|np|numpy|torch|math|F)\.(?=[A-Za-z])/;
  const INFIX = { "*": "mul", "+": "add", "-": "sub", "/": "div", "^": "pow", "**": "pow" };
  const LONGEST_TEXT = 8000; // what the grader reads of one graph
  const MOST_NODES = 200;
  const ATOM = String.raw`(-?\d+(?:\.\d+)?|[A-Za-z]\w*)`;
  const TWO_OPERANDS = new RegExp(String.raw`^${ATOM}\s*(\*\*|[-*+/^])\s*${ATOM}$`);
  const CALL = /^([A-Za-z]\w*)\s*\(([^()]*)\)$/;
  /* Words that the grader takes for something else than a node, wherever they stand. */
  const TAKEN = new Set(
    [
      "add addition also and answer are computation computational constant diff difference digraph div",
      "divide division double doubled edge edges exp exponential first from graph in input inputs",
      "intermediate is leaf leafs leaves left list ln log logarithm minus mul mull mult multiplication",
      "multiply my neg negate negation negative node nodes of operation operations ops or order output",
      "outputs over parameter parameters plus pow power prod product quotient relu rely right second",
      "sigmoid sqrt sub subtract subtraction sum tanh the then times to twice variable variables with x x2",
    ].flatMap((line) => line.split(" ")),
  );

  class Problem extends Error {}

  const quoted = (text) => `\u201c${text.length > 40 ? `${text.slice(0, 39)}\u2026` : text}\u201d`;

  /* ---- out ---- */

  function line({ label, op, held, inputs }) {
    return `${label} = ${op}(${op === LEAF ? held : inputs.map((input) => input ?? OPEN).join(", ")})`;
  }

  function write(nodes) {
    const used = new Set(nodes.flatMap((node) => node.inputs));
    const spoken = (node) => !(isNumber(node.label) && used.has(node.label));
    return nodes.filter(spoken).map(line).join("\n");
  }

  /* ---- in ---- */

  /* { nodes } or { problem }. `printed` are the listing's { names, nodes } as controls.js tells them; `ports` says how
     many inputs an operation has. */
  function read(text, printed, ports) {
    try {
      return { nodes: readNodes(text, printed, ports) };
    } catch (problem) {
      if (problem instanceof Problem) return { problem: problem.message };
      throw problem;
    }
  }

  function readNodes(text, printed, ports) {
    const { length } = text;
    if (length > LONGEST_TEXT) throw new Problem(`It has ${length} characters; at most ${LONGEST_TEXT} are read.`);
    const statements = split(text).map((piece) => statement(piece, ports));
    const nodes = resolve(merge(statements), printed);
    if (nodes.length > MOST_NODES) throw new Problem(`It has ${nodes.length} nodes; at most ${MOST_NODES} are drawn.`);
    if (!inOrder(nodes)) throw new Problem("Some node depends on itself.");
    return nodes;
  }

  /* Statements stand on lines, or with semicolons or commas between them: `a: mul(x, y), b: exp(a)`. */
  function split(text) {
    return text
      .split(/[\n;]|,(?=\s*[A-Za-z]\w*\s*(?::=?|=)\s*[^=\s])/)
      .map((piece) => piece.trim())
      .filter((piece) => piece !== "");
  }

  function statement(piece, ports) {
    const [, label, right] = /^(-?\d[\d.]*|[A-Za-z]\w*)\s*(?::=|==|=|:)\s*(.+)$/.exec(piece) ?? [];
    if (!label || !(NAME.test(label) || isNumber(label))) throw new Problem(`The line ${quoted(piece)} is no node.`);
    const found = rightSide(label, right.replace(MODULE, ""), ports);
    if (!found || (isNumber(label) && found.held !== label)) {
      throw new Problem(`It can\u2019t be drawn what ${label} is in ${quoted(piece)}.`);
    }
    return found;
  }

  function rightSide(label, right, ports) {
    const called = CALL.exec(right);
    if (called) return call(label, called[1], called[2], ports);
    const infix = TWO_OPERANDS.exec(right);
    if (infix) return operation(label, INFIX[infix[2]], 2, [infix[1], infix[3]]);
    const negated = /^-\s*([A-Za-z]\w*)$/.exec(right);
    if (negated) return operation(label, "neg", 1, [negated[1]]);
    return NAME.test(right) ? { ...leaf(label, right), short: true } : null;
  }

  function call(label, written, list, ports) {
    const operands = list.trim() === "" ? [] : list.split(",").map((operand) => operand.trim());
    const op = written.toLowerCase();
    if (operands.some((operand) => !(NAME.test(operand) || isNumber(operand) || operand === OPEN))) return null;
    if (op === LEAF) return operands.length === 1 && operands[0] !== OPEN ? leaf(label, operands[0]) : null;
    const inputs = operands.map((operand) => (operand === OPEN ? null : operand));
    return operation(label, op, Math.max(ports(op), inputs.length), inputs);
  }

  /* A second statement about a node may repeat the first one, not contradict it. */
  function merge(statements) {
    const found = new Map();
    for (const node of statements) {
      const earlier = found.get(node.label);
      if (earlier && line(earlier) !== line(node)) {
        throw new Problem(`${node.label} stands there twice: ${quoted(line(earlier))} and ${quoted(line(node))}.`);
      }
      found.set(node.label, node);
    }
    return [...found.values()];
  }

  /* Every operand by the label of its node; a printed name or a number without a line of its own is a leaf. */
  function resolve(written, printed) {
    const labels = spellings(written.map((node) => node.label));
    const variable = variables(printed);
    const implied = new Map();
    /* A leaf may be called by its variable as well. */
    function label(name) {
      const held = variable(name);
      const holds = (node) => isLeaf(node) && held !== undefined && variable(node.held) === held;
      const own = labels(name) ?? written.find(holds)?.label ?? implied.get(held)?.label;
      if (own !== undefined) return own;
      if (held === undefined) throw new Problem(`Nothing says what ${name} is.`);
      const spelt = isNumber(name) ? name : spellings(printed.names)(name);
      implied.set(held, leaf(spelt, held));
      return spelt;
    }
    const nodes = written.map(({ short, ...node }) => {
      if (!isLeaf(node)) return { ...node, inputs: node.inputs.map((input) => input && label(input)) };
      if (short && (labels(node.held) !== undefined || variable(node.held) === undefined)) {
        throw new Problem(`${node.label} = ${node.held} is no operation; a leaf is written ${line(node)}.`);
      }
      return node;
    });
    return [...implied.values(), ...nodes];
  }

  /* From a name to the variable of the leaf that it stands for, where the listing prints one, or a number. */
  function variables({ names, nodes }) {
    const spelling = spellings(names);
    const isNumbered = (name) => /^z\d+$/.test(name);
    return (written) => {
      if (isNumber(written)) return written;
      const name = spelling(written);
      const group = nodes.find((found) => found.includes(name)) ?? [name];
      const variable = group.find((one) => one !== undefined && !isNumbered(one));
      // Where the listing gives leaves a number as well, a number without another name is an operation.
      return variable ?? (nodes.some((one) => one.length > 1) ? undefined : name);
    };
  }

  /* From a name as written to the one meant: itself, or the only one that differs just in capitals and underscores. */
  function spellings(names) {
    const exact = new Set(names);
    const folded = new Map();
    for (const name of exact) folded.set(fold(name), folded.has(fold(name)) ? undefined : name);
    return (name) => (exact.has(name) ? name : folded.get(fold(name)));
  }

  /* Why a node can't be called or hold what it should, or ""; `names` are those that the listing prints. */
  function objection({ label, op, held }, names) {
    const isHeld = NAME.test(held) || isNumber(held);
    if (op === LEAF && !isHeld) return "Please write the leaf\u2019s variable, or its number.";
    if (op === LEAF && isNumber(label) && label === held) return "";
    if (label === "") return "Please give the node a name, such as z1.";
    if (!NAME.test(label)) {
      return `${quoted(label)} can\u2019t be a node\u2019s name; use letters, digits and single underscores.`;
    }
    if (TAKEN.has(label.toLowerCase()) && !names.includes(label)) {
      return `The grader would not take ${quoted(label)} for a node\u2019s name; please choose another, such as z1.`;
    }
    return "";
  }

  return { read, write, objection };
})();
