/* What the canvas says of nodes, edges and what happened: for names that are read out, and for the line below. */
const graphWords = (() => {
  const { isLeaf, find, openPorts } = graphModel;
  const VERBS = { add: "add", sub: "subtract", mul: "multiply", div: "divide", neg: "negate", pow: "power" };
  const HELP = [
    ["Enter", "on a node takes it as the source; then choose the node that it goes into"],
    ["1 2 3", "there: as which input; input 1 is the first operand and stands on top. Enter takes the first free one"],
    ["Escape", "lets the source go again"],
    ["1 2 3", "on a node, without a source: go to the edge at that input"],
    ["Arrows", "move a node, with Shift in small steps"],
    ["Delete", "removes a node or an edge"],
    ["F2", "changes a node\u2019s name or operation"],
    ["Ctrl+Z", "undoes, Ctrl+Y does it again"],
  ];
  const MOUSE =
    "With mouse or finger: drag a node to move it. Drag from the dot on its right to an input of another node, or " +
    "tap the dot and then the input. Tap a line to choose it, then press Delete.";

  const listed = (words) =>
    words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
  const input = (port, ports) => (ports > 1 ? `input ${port + 1}` : "the input");

  function inputs(node) {
    const ports = node.inputs.length;
    if (!ports) return "no inputs";
    if (node.inputs.every((source) => source === null)) return ports > 1 ? "inputs open" : "input open";
    const isComplete = node.inputs.every((source) => source !== null);
    if (isComplete) return `${ports > 1 ? "inputs" : "input"} ${listed(node.inputs)}`;
    return node.inputs.map((source, port) => `input ${port + 1} ${source ?? "open"}`).join(", ");
  }

  const operation = (op) => VERBS[op] ?? op;
  const node = (one) =>
    isLeaf(one) ? `${one.label}, leaf ${one.held}` : `${one.label}, ${operation(one.op)}, ${inputs(one)}`;
  const edge = ({ source, target, port, ports }) => `${source} to ${input(port, ports)} of ${target}`;

  const picked = (label) => `${label} is the source. Choose the node that it goes into, and the input; Escape cancels.`;

  function connected(source, target, port, ports, former) {
    const instead = former && former !== source ? `, in place of ${former}` : "";
    return `${source} is now ${input(port, ports)} of ${target}${instead}.`;
  }

  function refused(nodes, source, target) {
    if (source === target) return `${source} can\u2019t be an input of itself.`;
    if (isLeaf(find(nodes, target))) return `${target} is a leaf; it takes no input.`;
    return `${source} can\u2019t be an input of ${target}, because ${source} depends on ${target}.`;
  }

  function full({ label, inputs: taken }) {
    if (taken.length === 1) return `The input of ${label} is taken; press 1 to replace it.`;
    const keys = taken.map((_, port) => port + 1);
    return `All inputs of ${label} are taken; press ${keys.slice(0, -1).join(", ")} or ${keys.at(-1)} to replace one.`;
  }

  /* What is still to be done: every open input, or "". */
  function missing(nodes) {
    const words = ({ target, port }) => `${input(port, find(nodes, target).inputs.length)} of ${target}`;
    const open = openPorts(nodes).map(words);
    return open.length ? `Still open: ${listed(open)}.` : "";
  }

  const summary = (nodes) => `The drawing has ${nodes.length} ${nodes.length === 1 ? "node" : "nodes"}.`;

  return { HELP, MOUSE, operation, node, edge, picked, connected, refused, full, missing, summary, input };
})();
