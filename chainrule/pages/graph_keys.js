/* The canvas by keyboard: Enter picks a source and joins it to a target, digits are inputs, arrows move. */
const graphKeys = (() => {
  const STEP = 20;
  const SMALL_STEP = 5;
  const WAYS = {
    ArrowLeft: [-1, 0, "left"],
    ArrowRight: [1, 0, "right"],
    ArrowUp: [0, -1, "up"],
    ArrowDown: [0, 1, "down"],
  };

  function way({ key, shiftKey }) {
    const [x, y, words] = WAYS[key];
    const step = shiftKey ? SMALL_STEP : STEP;
    return { x: x * step, y: y * step, words };
  }

  /* Whether the key meant something to a node. */
  function onNode(event, node, actions) {
    const source = actions.picked();
    const { key } = event;
    if (key in WAYS) actions.step(node, way(event));
    else if (key === "F2") actions.change(node);
    else if (/^[1-9]$/.test(key) && source !== null) actions.join(source, node.label, Number(key) - 1);
    else if (/^[1-9]$/.test(key)) actions.visit(node, Number(key) - 1);
    else if (key !== "Enter" && key !== " ") return false;
    else if (source === null) actions.pick(node.label);
    else if (source === node.label) actions.letGo();
    else actions.join(source, node.label, null);
    return true;
  }

  /* Whether the key meant something to a node or an edge. */
  function onItem(event, key, actions) {
    const { node, port } = actions.itemOf(key);
    if (event.key === "Delete" || event.key === "Backspace") actions.remove(key);
    else if (event.key === "Escape" && actions.picked() !== null) actions.letGo();
    else if (event.key === "Escape" && port !== null) actions.focus(`node ${node.label}`);
    else if (port === null) return onNode(event, node, actions);
    else return false;
    return true;
  }

  function listen(host, svg, actions) {
    svg.addEventListener("keydown", (event) => {
      const key = event.target.dataset.item;
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (key && plain && onItem(event, key, actions)) event.preventDefault();
    });
    host.addEventListener("keydown", (event) => {
      const isTyping = event.target.matches("input");
      if (event.key === "Escape" && actions.picked() !== null && !event.defaultPrevented) actions.letGo();
      if (isTyping || event.altKey || !(event.ctrlKey || event.metaKey)) return;
      const key = event.key.toLowerCase();
      if (key === "y" || (key === "z" && event.shiftKey)) actions.redo();
      else if (key === "z") actions.undo();
      else return;
      event.preventDefault();
    });
  }

  return { listen };
})();
