/* The tools above the canvas: the form that adds and changes nodes, the buttons, and the list of keys. */
const graphTools = (() => {
  const { LEAF, leaf, operation } = graphModel;

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  const button = (words, act, attributes = {}) => {
    const made = element("button", { type: "button", ...attributes }, words);
    made.addEventListener("click", act);
    return made;
  };

  function field(id, words, control) {
    control.id = id;
    return element("div", { class: "graph-field" }, element("label", { for: id }, words), control);
  }

  function typed(attributes) {
    const asTyped = { autocomplete: "off", autocapitalize: "none", autocorrect: "off", spellcheck: "false" };
    return element("input", { type: "text", ...asTyped, ...attributes });
  }

  /* ---- names that are offered ---- */

  /* The name that the listing gives to a variable's node, else the variable's own. */
  function leafLabel(variable, text) {
    const names = (text.nodes ?? []).find((group) => group.includes(variable)) ?? [];
    return names.find((name) => name !== variable) ?? (text.names.includes(variable) ? variable : "");
  }

  /* The next free name for an operation: one that the listing prints, else the next number. */
  function nextLabel(used, text) {
    const alone = (name) => !(text.nodes ?? []).some((group) => group.length > 1 && group.includes(name));
    const printed = text.names.filter((name) => /^z\d+$/.test(name));
    const free = printed.find((name) => alone(name) && !used.has(name));
    if (free) return free;
    const letter = printed.length ? "z" : "n";
    let number = 1;
    while (used.has(letter + number) || text.names.includes(letter + number)) number += 1;
    return letter + number;
  }

  /* ---- the form ---- */

  /* actions: { labels(): the labels in use, submit(node, changed): why it can't be so, or "" }. */
  function form(text, ports, actions) {
    const option = ({ name, sign }) => element("option", { value: name }, sign ? `${name} ${sign}` : name);
    const op = element("select", {}, element("option", { value: LEAF }, "leaf"), ...text.operations.map(option));
    const held = typed({ list: `${text.id}-node-names` });
    const label = typed({});
    const submit = button("Add node", add, { class: "primary" });
    const cancel = button("Cancel", () => leave(), { hidden: "" });
    const heldField = field(`${text.id}-node-held`, "Variable or number", held);
    const problem = element("p", { class: "graph-objection", role: "alert" });
    const names = text.names.map((name) => element("option", { value: name }));
    const offered = element("datalist", { id: `${text.id}-node-names` }, ...names);
    const root = element(
      "div",
      { class: "graph-form" },
      field(`${text.id}-node-op`, "Node", op),
      heldField,
      field(`${text.id}-node-label`, "Name", label),
      element("div", { class: "graph-buttons" }, submit, cancel),
      offered,
      problem,
    );
    let changing = null;
    let suggested = "";

    function suggest() {
      heldField.hidden = op.value !== LEAF;
      if (changing || (label.value !== suggested && label.value !== "")) return;
      const used = actions.labels();
      const own = op.value === LEAF ? leafLabel(held.value.trim(), text) : "";
      suggested = own && !used.has(own) ? own : op.value === LEAF && !held.value.trim() ? "" : nextLabel(used, text);
      label.value = suggested;
    }

    function made() {
      if (op.value === LEAF) return leaf(label.value.trim(), held.value.trim());
      return operation(label.value.trim(), op.value, ports(op.value), changing?.inputs);
    }

    function add() {
      const objection = actions.submit(made(), changing);
      problem.textContent = objection;
      if (objection) return;
      const wasChanging = changing !== null;
      leave();
      if (!wasChanging && op.value === LEAF) held.focus();
    }

    function leave() {
      changing = null;
      cancel.hidden = true;
      submit.textContent = "Add node";
      problem.textContent = "";
      held.value = label.value = "";
      suggest();
    }

    function change(node) {
      changing = node;
      // An operation that was typed and is not among the offered ones stays what it is.
      if (![...op.options].some((known) => known.value === node.op)) op.append(option({ name: node.op }));
      op.value = node.op;
      held.value = node.held;
      label.value = node.label;
      submit.textContent = `Change ${node.label}`;
      cancel.hidden = false;
      suggest();
      label.focus();
      label.select();
    }

    op.addEventListener("change", suggest);
    held.addEventListener("input", suggest);
    root.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input")) add();
      else if (event.key === "Escape" && changing) leave();
      else return;
      event.preventDefault();
    });
    return { root, change, leave, suggest, focus: () => op.focus() };
  }

  /* The keys, to be opened by who wants them. */
  function help(id) {
    const kbd = (keys) => keys.split(" ").map((key) => element("kbd", {}, key));
    const row = ([keys, what]) => element("div", {}, element("dt", {}, ...kbd(keys)), element("dd", {}, what));
    return element(
      "details",
      { class: "graph-help" },
      element("summary", {}, "How to draw: keys, mouse, finger"),
      element("div", { id }, element("p", {}, graphWords.MOUSE), element("dl", {}, ...graphWords.HELP.map(row))),
    );
  }

  return { element, button, form, help };
})();
