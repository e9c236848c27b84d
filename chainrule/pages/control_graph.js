/* A computational graph drawn on a canvas, by mouse, finger or keyboard alone; the text box below it says the same.

   Of `text` (controls.js says what that is) it needs also `operations`: the rows of the engine's table of operations as
   [{ name: "mul", operands: 2, sign: "\u00d7" }], which the page embeds; `sign` is "" where a drawing writes the name.
   Without it the text box stands alone. */
paperControls.graph = (host, text) => {
  if (!text.operations) return null;
  const { find, isLeaf, fold, connect, disconnect, remove, replace, mayConnect } = graphModel;
  const { element, button } = graphTools;
  const LEAST_HEIGHT = 280;

  const operations = new Map(text.operations.map((row) => [row.name, row]));
  const ports = (op) => operations.get(op)?.operands ?? 0;
  const history = graphHistory.start(text, ports, shown);
  let selected = null; // "node z3" or "edge z3 0": the last one that had the focus
  let picked = null; // the label of the source of an edge to come
  let drags = 0;

  const nodes = () => history.now().nodes;
  const node = (label) => find(nodes(), label);

  /* ---- what is on the page ---- */

  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const stage = element("div", { class: "graph-stage" }, svg);
  const said = element("p", { class: "graph-said", role: "status" });
  const missing = element("p", { class: "graph-missing" });
  const problemText = element("p");
  const problem = element("div", { class: "graph-problem" }, problemText, button("Draw a new graph", startAnew));
  const form = graphTools.form(text, ports, { labels: () => new Set(nodes().map(({ label }) => label)), submit });
  const tools = {
    connect: button("Connect", connectSelected),
    change: button("Change", changeSelected),
    remove: button("Delete", () => removeItem(selected)),
    tidy: button("Tidy up", tidy),
    undo: button("Undo", () => travel(history.undo, "There is nothing to undo.", "Undone.")),
    redo: button("Redo", () => travel(history.redo, "There is nothing to do again.", "Done again.")),
  };
  const bar = element("div", { class: "graph-buttons", role: "group", "aria-label": "Tools" }, ...Object.values(tools));
  svg.setAttribute("role", "application");
  svg.setAttribute("aria-label", "Canvas");
  svg.setAttribute("preserveAspectRatio", "xMinYMin"); // a wider canvas must not shift under the hand
  svg.setAttribute("aria-describedby", `${text.id}-canvas-help`);
  host.append(form.root, bar, problem, stage, said, missing, graphTools.help(`${text.id}-canvas-help`));
  host.classList.add("graph-control");
  host.dataset.prints = "control";
  const view = graphView.painter(svg, (op) => operations.get(op)?.sign ?? "", {
    node: graphWords.node,
    edge: graphWords.edge,
    mayTake: ({ label }) => mayConnect(nodes(), picked, label),
  });

  function say(words) {
    said.textContent = words;
  }

  function shown() {
    if (!node(picked)) picked = null;
    if (!itemOf(selected)) selected = null;
    paint();
  }

  function paint() {
    const now = history.now();
    if (!now.problem) view.paint({ ...now, selected, picked }, LEAST_HEIGHT);
    missing.textContent = graphWords.missing(now.nodes);
    problem.hidden = !now.problem;
    if (now.problem) {
      const words = "The canvas can\u2019t show this text, so it stays just as it was typed.";
      problemText.textContent = `${words} ${now.problem}`;
    }
    stage.inert = Boolean(now.problem);
    host.dataset.shows = now.problem ? "part" : "all";
    host.classList.toggle("empty", !now.nodes.length);
    const isNode = itemOf(selected)?.port === null;
    const usable = { connect: isNode, change: isNode, remove: itemOf(selected), tidy: now.nodes.length };
    Object.assign(usable, { undo: history.canUndo(), redo: history.canRedo() });
    // A button that can do nothing now keeps the focus; pressed, it says why.
    for (const [name, tool] of Object.entries(tools)) tool.setAttribute("aria-disabled", String(!usable[name]));
    form.suggest();
  }

  function commit(changes, words) {
    history.commit(changes);
    say(words);
  }

  function travel(go, nothing, words) {
    picked = null;
    say(go() ? `${words} ${graphWords.summary(nodes())}` : nothing);
  }

  function startAnew() {
    commit({ nodes: [], places: {}, bends: {} }, "The canvas is empty. Undo brings the text back.");
    form.focus();
  }

  /* ---- what is selected ---- */

  /* The node, or the node and the port of an edge, that a key names; null where there is none such any more. */
  function itemOf(key) {
    const [kind, label, port] = (key ?? "").split(" ");
    const found = node(label);
    if (!found || (kind === "edge" && (found.inputs[port] ?? null) === null)) return null;
    return { node: found, port: kind === "edge" ? Number(port) : null };
  }

  function focus(key) {
    view.item(key)?.focus();
  }

  function connectSelected() {
    const item = itemOf(selected);
    if (!item || item.port !== null) return say("First choose the node that the edge comes from, with Tab or a click.");
    pick(item.node.label);
    focus(selected);
  }

  function changeSelected() {
    const item = itemOf(selected);
    if (!item || item.port !== null) return say("First choose a node, with Tab or a click.");
    form.change(item.node);
  }

  /* ---- nodes ---- */

  /* Adds a node, or changes one; why that can't be, or "". */
  function submit(given, changed) {
    if (history.now().problem) return "First mend the text below, or draw a new graph.";
    const objection = graphText.objection(given, text.names);
    const others = nodes().filter(({ label }) => label !== changed?.label);
    const taken = others.find(({ label }) => fold(label) === fold(given.label));
    if (objection || taken) return objection || `There is a node ${taken.label} already; please choose another name.`;
    if (changed) changeNode(changed, given);
    else addNode(given);
    return "";
  }

  function addNode(added) {
    const { places } = history.now();
    const spot = graphLayout.freeSpot(nodes(), places, added);
    selected = `node ${added.label}`;
    const changes = { nodes: [...nodes(), added], places: { ...places, [added.label]: spot } };
    commit(changes, `Added ${graphWords.node(added)}.`);
    view.item(`node ${added.label}`).scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function changeNode(before, after) {
    const { [before.label]: place, ...places } = history.now().places;
    const lost = before.inputs.slice(after.inputs.length).filter((input) => input !== null);
    const rest = lost.length ? ` ${lost.join(", ")} is no longer an input of it.` : "";
    const changes = { nodes: replace(nodes(), before.label, after), bends: {} };
    commit({ ...changes, places: { ...places, [after.label]: place } }, `It is now ${graphWords.node(after)}.${rest}`);
    focus(`node ${after.label}`);
  }

  function removeItem(key) {
    const item = itemOf(key);
    if (!item) return say("First choose a node or an edge, with Tab or a click.");
    if (item.port === null) removeNode(item.node);
    else removeEdge(item.node, item.port);
  }

  function removeEdge({ label, inputs }, port) {
    commit({ nodes: disconnect(nodes(), label, port) }, `${inputs[port]} is no longer an input of ${label}.`);
    focus(`node ${label}`);
  }

  function removeNode(removed) {
    const index = nodes().indexOf(removed);
    const { [removed.label]: gone, ...places } = history.now().places;
    form.leave();
    commit({ nodes: remove(nodes(), removed.label), places, bends: {} }, `Removed ${removed.label}.`);
    const next = nodes()[index] ?? nodes()[index - 1];
    if (next) focus(`node ${next.label}`);
    else form.focus();
  }

  function tidy() {
    if (!nodes().length) return say("There is nothing to tidy up.");
    commit(graphLayout.tidy(nodes()), "Tidied up: inputs left, outputs right, first operands on top.");
  }

  function move(label, point, moved) {
    history.commit({ ...graphLayout.moved(history.now(), label, point), moved });
  }

  /* ---- edges ---- */

  function pick(label) {
    picked = label;
    paint();
    say(graphWords.picked(label));
  }

  function letGo() {
    picked = null;
    paint();
    say("The source is let go.");
  }

  /* The edge from `source` to that port of `target`; without a port, to the first free one. */
  function join(source, target, wanted) {
    const { inputs } = node(target);
    if (!mayConnect(nodes(), source, target)) return say(graphWords.refused(nodes(), source, target));
    const port = wanted ?? inputs.indexOf(null);
    if (port === -1) return say(graphWords.full(node(target)));
    if (port >= inputs.length) return say(`${target} has no input ${port + 1}.`);
    picked = null;
    const words = graphWords.connected(source, target, port, inputs.length, inputs[port]);
    commit({ nodes: connect(nodes(), source, target, port) }, words);
    focus(`node ${target}`);
  }

  /* Goes to the edge at a port of a node. */
  function visit({ label, inputs }, port) {
    if (port >= inputs.length) say(`${label} has no input ${port + 1}.`);
    else if (inputs[port] === null) say(`${graphWords.input(port, inputs.length)} of ${label} is open.`);
    else focus(`edge ${label} ${port}`);
  }

  /* ---- what listens ---- */

  graphKeys.listen(host, svg, {
    itemOf,
    picked: () => picked,
    undo: () => tools.undo.click(),
    redo: () => tools.redo.click(),
    change: form.change,
    step: ({ label }, way) => {
      const { x, y } = history.now().places[label];
      move(label, { x: x + way.x, y: y + way.y }, `${label} by keys`);
      say(`${label} moved ${way.words}.`);
    },
    remove: removeItem,
    pick, letGo, join, visit, focus,
  });

  graphGestures.listen(svg, {
    place: (label) => history.now().places[label],
    move: (label, point) => move(label, point, `${label} by hand ${drags}`),
    drop: (label) => {
      drags += 1;
      say(`${label} moved.`);
    },
    stretch: (label, point) => view.stretch(history.now(), label, point),
    release: () => view.stretch(null),
    join,
    click({ label, port, handle, edge }) {
      if (edge) return focus(`edge ${edge}`);
      if (label === null) return picked !== null && letGo();
      if (picked === label) return letGo();
      if (picked !== null) return join(picked, label, port);
      focus(`node ${label}`);
      if (handle) pick(label);
      else if (port !== null && node(label).inputs[port] !== null) visit(node(label), port);
    },
  });

  svg.addEventListener("focusin", (event) => {
    const key = event.target.dataset.item;
    if (!key || key === selected) return;
    selected = key;
    paint();
  });

  paint();
  return { refresh: history.refresh };
};
