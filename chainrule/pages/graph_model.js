/* A computational graph under construction, as plain values: whatever changes it gives a new list of nodes.

   A node is { label, op, held, inputs }: a leaf has op "leaf" and holds a variable or number, an operation has one
   input for each of its ports, first operand first, null where nothing is connected yet. */
const graphModel = (() => {
  const LEAF = "leaf";

  const leaf = (label, held) => ({ label, op: LEAF, held, inputs: [] });
  const isLeaf = (node) => node.op === LEAF;
  const find = (nodes, label) => nodes.find((node) => node.label === label);

  /* A number needs no line and no name of its own: it is its own label. */
  const isNumber = (name) => /^-?\d+(\.\d+)?$/.test(name);

  /* Capitals and underscores don't make another name. */
  const fold = (name) => name.toLowerCase().replaceAll("_", "");

  /* An operation of `ports` inputs; those that do not fit are dropped. */
  function operation(label, op, ports, inputs = []) {
    return { label, op, held: "", inputs: Array.from({ length: ports }, (_, port) => inputs[port] ?? null) };
  }

  function withInput(node, port, source) {
    return { ...node, inputs: node.inputs.map((input, index) => (index === port ? source : input)) };
  }

  function connect(nodes, source, target, port) {
    return nodes.map((node) => (node.label === target ? withInput(node, port, source) : node));
  }

  const disconnect = (nodes, target, port) => connect(nodes, null, target, port);

  function renamed(nodes, before, after) {
    const rename = (input) => (input === before ? after : input);
    return nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename) }));
  }

  const remove = (nodes, label) => renamed(nodes.filter((node) => node.label !== label), label, null);

  const replace = (nodes, label, by) =>
    renamed(nodes.map((node) => (node.label === label ? by : node)), label, by.label);

  /* Whether the value of `label` depends on that of `on`. */
  function dependsOn(nodes, label, on) {
    const seen = new Set([label]);
    for (const name of seen) {
      if (name === on) return true;
      for (const input of find(nodes, name)?.inputs ?? []) if (input !== null) seen.add(input);
    }
    return false;
  }

  const mayConnect = (nodes, source, target) =>
    !isLeaf(find(nodes, target)) && !dependsOn(nodes, source, target);

  /* Nodes with their inputs before them, or null where a node depends on itself. */
  function inOrder(nodes) {
    const order = [];
    const done = new Set();
    let waiting = nodes;
    while (waiting.length) {
      const ready = waiting.filter((node) => node.inputs.every((input) => input === null || done.has(input)));
      if (!ready.length) return null;
      order.push(...ready);
      for (const node of ready) done.add(node.label);
      waiting = waiting.filter((node) => !done.has(node.label));
    }
    return order;
  }

  function edges(nodes) {
    return nodes.flatMap(({ label, inputs }) =>
      inputs.flatMap((source, port) =>
        source === null ? [] : [{ key: `${label} ${port}`, source, target: label, port, ports: inputs.length }],
      ),
    );
  }

  /* The ports that still wait for an edge. */
  const openPorts = (nodes) =>
    nodes.flatMap(({ label, inputs }) =>
      inputs.flatMap((source, port) => (source === null ? [{ target: label, port }] : [])),
    );

  return {
    LEAF, leaf, isLeaf, isNumber, fold, find, operation, connect, disconnect, remove, replace,
    mayConnect, inOrder, edges, openPorts,
  };
})();
