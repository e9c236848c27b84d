/* Paints a graph as SVG, in the exam's hand: elements are kept from one painting to the next, so focus stays put.

   Bottom up: lines with their arrowheads and broad invisible strokes for the finger, boxes, and on top the edges'
   buttons, which take no pointer: in the order in which one reads them, every node first and then its inputs. */
const graphView = (() => {
  const { isLeaf, edges } = graphModel;
  const { BOX_HEIGHT, MARGIN, widthOf, textOf, portOffset } = graphLayout;
  const ARROW = 10;
  const ARROW_HALF = 4.2;
  const PORT_REACH = 24; // how far outside its box a port takes an edge
  const GREEK = new Set(["mu", "nu", "xi", "pi"]);
  const INDEXED = [
    /^([^_]+)_(.+)$/,
    /^([wW])([a-z]{1,2}[0-9]{0,2})$/,
    /^([bchuvBCHUV])([a-z][0-9]{0,2})$/,
    /^(\p{L}+)([0-9]+)$/u,
  ];

  /* An SVG element with attributes; null and undefined leave an attribute out. */
  function shape(tag, attributes = {}, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    set(made, attributes);
    made.append(...children);
    return made;
  }

  function set(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined) element.removeAttribute(name);
      else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
    }
  }

  /* A name as base and index, as figures write it: z10, wr, w_r; a word and a Greek letter have none. */
  function splitName(name) {
    const found = GREEK.has(name) ? null : INDEXED.map((pattern) => pattern.exec(name)).find(Boolean);
    return found ? [found[1], found[2]] : [name, ""];
  }

  function named(name, attributes) {
    const [base, index] = splitName(name);
    const parts = [shape("tspan", { class: base.length === 1 ? "name" : null }, base)];
    const style = /^\d/.test(index) ? "index" : "index name";
    if (index) parts.push(shape("tspan", { class: style, dx: 0.5, dy: "0.3em" }, index));
    return shape("text", attributes, ...parts);
  }

  const word = (text, attributes) => shape("text", attributes, text);

  /* ---- lines ---- */

  const portPoint = (place, edge) => ({ x: place.x, y: place.y + BOX_HEIGHT / 2 + portOffset(edge.port, edge.ports) });

  /* From a box's right side, along the waypoints, level into the port. */
  function path(start, steps, end) {
    let here = start;
    let drawn = `M${here.x},${here.y}`;
    const bend = (x, y) => {
      const reach = Math.max(28, Math.abs(x - here.x) / 2);
      drawn += `C${here.x + reach},${here.y} ${x - reach},${y} ${x},${y}`;
      here = { x, y };
    };
    for (const { left, right, y } of steps) {
      bend(left, y);
      drawn += `L${right},${y}`;
      here = { x: right, y };
    }
    bend(end.x - ARROW, end.y);
    return drawn;
  }

  const arrow = ({ x, y }) => `M${x},${y}L${x - ARROW},${y - ARROW_HALF}V${y + ARROW_HALF}Z`;

  function startPoint(state, edge) {
    const source = state.nodes.find((node) => node.label === edge.source);
    const place = state.places[edge.source];
    const target = state.nodes.find((node) => node.label === edge.target);
    // Two uses by one node leave as two lines, or one would lie on the other.
    const uses = target.inputs.flatMap((source, port) => (source === edge.source ? [port] : []));
    const apart = portOffset(uses.indexOf(edge.port), uses.length);
    const around = isLeaf(source) ? BOX_HEIGHT / 2 - Math.sqrt((BOX_HEIGHT / 2) ** 2 - apart ** 2) : 0;
    return { x: place.x + widthOf(source) - around, y: place.y + BOX_HEIGHT / 2 + apart };
  }

  function stepsOf(state, edge) {
    const bend = state.bends[edge.key];
    return bend && bend.source === edge.source ? bend.steps : [];
  }

  /* ---- boxes ---- */

  function ports(node) {
    return node.inputs.flatMap((input, port) => {
      const count = node.inputs.length;
      const y = BOX_HEIGHT / 2 + portOffset(port, count);
      const open = input === null;
      return [
        shape("rect", {
          class: "reach", "data-port": port,
          x: -PORT_REACH, y: (port * BOX_HEIGHT) / count, width: PORT_REACH + 22, height: BOX_HEIGHT / count,
        }),
        ...(open ? [shape("circle", { class: "port", cx: 0, cy: y, r: 5 })] : []),
        ...(count > 1 ? [shape("text", { class: "number", x: 11, y: y + 4 }, String(port + 1))] : []),
      ];
    });
  }

  function box(node, signs) {
    const width = widthOf(node);
    const middle = BOX_HEIGHT / 2;
    const sign = isLeaf(node) ? "" : signs(node.op);
    const content = sign
      ? shape("text", { class: "sign", x: width / 2, y: middle + 8 }, sign)
      : (isLeaf(node) ? named : word)(textOf(node), { x: width / 2, y: middle + 5 });
    const radius = isLeaf(node) ? middle : 6;
    return [
      shape("rect", { class: "ring", x: -5, y: -5, width: width + 10, height: BOX_HEIGHT + 10, rx: radius + 5 }),
      shape("rect", { class: isLeaf(node) ? "box leaf" : "box", width, height: BOX_HEIGHT, rx: radius }),
      named(node.label, { class: "caption", x: width / 2, y: -7 }),
      content,
      ...ports(node),
      shape("circle", { class: "reach", "data-handle": "", cx: width + 6, cy: middle, r: 16 }),
      shape("circle", { class: "handle", cx: width, cy: middle, r: 5 }),
    ];
  }

  /* ---- the painter ---- */

  /* `signs(op)` is what stands in a box in place of an operation's name; `words` says nodes and edges in words. */
  function painter(svg, signs, words) {
    const lines = shape("g", { class: "lines", "aria-hidden": "true" });
    const boxes = shape("g");
    const rubber = shape("path", { class: "rubber", "aria-hidden": "true" });
    svg.append(lines, boxes, rubber);
    const kept = new Map();

    function keep(key, make) {
      if (!kept.has(key)) kept.set(key, make());
      return kept.get(key);
    }

    function paintLine(state, edge) {
      const end = portPoint(state.places[edge.target], edge);
      const drawn = path(startPoint(state, edge), stepsOf(state, edge), end);
      const strokes = () => ["touch", "line", "arrow"].map((name) => shape("path", { class: name }));
      const group = keep(`line ${edge.key}`, () => shape("g", { "data-edge": edge.key }, ...strokes()));
      set(group.children[0], { d: drawn });
      set(group.children[1], { d: drawn });
      set(group.children[2], { d: arrow(end) });
      group.classList.toggle("selected", state.selected === `edge ${edge.key}`);
      return group;
    }

    function paintEdge(state, edge) {
      const end = portPoint(state.places[edge.target], edge);
      const item = `edge ${edge.key}`;
      const button = keep(item, () =>
        shape("g", { class: "edge", role: "button", "data-item": item }, shape("path", { class: "ring" })),
      );
      set(button, { "aria-label": words.edge(edge), tabindex: state.picked === null ? 0 : -1 });
      set(button.children[0], { d: path(startPoint(state, edge), stepsOf(state, edge), end) });
      return button;
    }

    function paintNode(state, node) {
      const group = keep(`node ${node.label}`, () =>
        shape("g", { class: "node", role: "button", "data-item": `node ${node.label}`, "data-label": node.label }),
      );
      const looks = JSON.stringify(node);
      if (group.dataset.looks !== looks) {
        group.dataset.looks = looks;
        group.replaceChildren(...box(node, signs));
      }
      const { x, y } = state.places[node.label];
      const isTarget = state.picked === null || words.mayTake(node) || state.picked === node.label;
      set(group, {
        transform: `translate(${x} ${y})`,
        "aria-label": words.node(node),
        tabindex: isTarget ? 0 : -1,
        "aria-pressed": state.picked === null ? null : String(state.picked === node.label),
      });
      group.classList.toggle("selected", state.selected === `node ${node.label}`);
      group.classList.toggle("picked", state.picked === node.label);
      group.classList.toggle("refuses", !isTarget);
      return group;
    }

    /* Only what is new is put in: moving an element that has the focus would take the focus away. */
    function arrange(group, wanted) {
      const right = new Set(wanted);
      for (const child of [...group.children]) if (!right.has(child)) child.remove();
      wanted.forEach((child, index) => {
        if (group.children[index] !== child) group.insertBefore(child, group.children[index] ?? null);
      });
    }

    /* The canvas is as large as its drawing, and no lower than `leastHeight`. */
    function paint(state, leastHeight) {
      const all = edges(state.nodes);
      arrange(lines, all.map((edge) => paintLine(state, edge)));
      arrange(
        boxes,
        state.nodes.flatMap((node) => [
          paintNode(state, node),
          ...all.filter((edge) => edge.target === node.label).map((edge) => paintEdge(state, edge)),
        ]),
      );
      const alive = new Set([...lines.children, ...boxes.children]);
      for (const [key, element] of kept) if (!alive.has(element)) kept.delete(key);
      svg.classList.toggle("picking", state.picked !== null);
      const { width, height } = extent(state);
      const high = Math.max(leastHeight, height);
      set(svg, { viewBox: `0 0 ${width} ${high}`, width, height: high });
    }

    /* The line that follows the hand from a node's dot; without a moment, none. */
    function stretch(moment, label, end) {
      if (!moment) return set(rubber, { d: null });
      const { x, y } = moment.places[label];
      const width = widthOf(moment.nodes.find((node) => node.label === label));
      return set(rubber, { d: path({ x: x + width, y: y + BOX_HEIGHT / 2 }, [], { x: end.x + ARROW, y: end.y }) });
    }

    return { paint, stretch, item: (key) => kept.get(key) };
  }

  /* How much room a drawing takes. */
  function extent(state) {
    const right = state.nodes.map((node) => state.places[node.label].x + widthOf(node));
    const bottom = state.nodes.map((node) => state.places[node.label].y + BOX_HEIGHT);
    const waypoints = Object.values(state.bends).flatMap(({ steps }) => steps.map((step) => step.y));
    return { width: Math.max(0, ...right) + MARGIN, height: Math.max(0, ...bottom, ...waypoints) + MARGIN };
  }

  return { painter, splitName };
})();
