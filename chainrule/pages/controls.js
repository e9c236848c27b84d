/* The table of richer controls, and how one is set beside the text box that stays the one truth.

   A control is a function in a file of its own, control_<kind>.js, which runs before paper.js:

     paperControls.trace = (host, text) => ({ refresh() { ...; return true; } });

   host  an empty <div class="control" data-control="trace"> in front of the text box. It already is a group named by
         the field's label and described by its points, hint and status. Build the control inside it.
   text  get()          the answer, exactly as it stands in the text box
         set(string)    replaces it as if it had been typed: kept, checked, counted. Never calls refresh().
         names          all names that the question's listing prints: ["z1", "x", "z2"]
         nodes          the names of one node together, sorted by the first: [["z1", "x"], ["z2"]]
         unnamed        whether the question has nodes that the listing leaves without a name: n1, n2, ...
         operations     of a graph, what its nodes may do: [{ name: "mul", operands: 2, sign: "\u00d7" }]
         options        of a choice, in the printed order: [{ key: "A", content: DocumentFragment }]
         several        whether a choice may have several right options
         id             the text box's id; ids made from it are unique on the page: `${text.id}-value-3`
         labelId        the id of the field's label, for aria-labelledby
         say(string)    says it to a screen reader, politely

   The function is called once, while the page starts; it may return null: then the text box stays alone. paper.js calls
   refresh() after that, and whenever the text has come from elsewhere: typed into the box, loaded, recalled, cleared,
   another tab. refresh() returns true when the control shows all of the text; false opens the text box, and the control
   should say that the text below is edited as text. Whatever happens, no character of the text may be lost.

   The text box is folded behind a button "Edit as text"; `unfolds: false` in the returned object leaves that button out.
   In print the text box stands for the answer and the control is hidden, unless the control sets
   host.dataset.prints = "control" (a drawing, boxes to tick). No style attributes in markup: the page's policy forbids
   them; element.style.x = ... is allowed. */
"use strict";
const paperControls = {};

/* Sets the control of a field up: { refresh, focus }, or null where the text box stands alone.

   field: { kind, names, nodes, unnamed, several, control: the text box }. */
const attachControl = (field) => {
  const box = field.control;
  const host = document.querySelector(`.control[data-for="${CSS.escape(box.id)}"]`);
  if (!host || !Object.hasOwn(paperControls, field.kind)) return null;
  const label = document.querySelector(`label[for="${CSS.escape(box.id)}"]`);
  const typed = box.closest(".typed");
  const spoken = document.createElement("p");
  let setting = false;
  let shownText = null; // what the control shows or has written

  const text = {
    get: () => box.value,
    set(answer) {
      if (answer === box.value) return;
      setting = true;
      box.value = shownText = answer;
      box.dispatchEvent(new Event("input", { bubbles: true }));
      setting = false;
      showing(true);
    },
    names: field.names,
    nodes: field.nodes,
    unnamed: field.unnamed,
    operations: field.operations,
    options: optionsOf(host.closest(".field")),
    several: field.several,
    id: box.id,
    labelId: label.id,
    say(words) {
      spoken.textContent = words;
    },
  };

  function optionsOf(around) {
    return [...around.querySelectorAll(".options > div")].map((option) => {
      const content = document.createDocumentFragment();
      content.append(...option.querySelector("dd").cloneNode(true).childNodes);
      return { key: option.querySelector("dt").textContent, content };
    });
  }

  host.setAttribute("role", "group");
  host.setAttribute("aria-labelledby", label.id);
  host.setAttribute("aria-describedby", `${box.id}-worth ${box.id}-task ${box.id}-status`);
  const control = paperControls[field.kind](host, text);
  if (!control) {
    host.remove();
    return null;
  }
  spoken.className = "spoken";
  spoken.setAttribute("aria-live", "polite");
  host.after(spoken);

  const button = document.createElement("button");
  button.type = "button";
  button.className = "fold";
  button.setAttribute("aria-controls", typed.id);
  const fold = (folded) => {
    typed.classList.toggle("folded", folded);
    button.setAttribute("aria-expanded", String(!folded));
    button.textContent = folded ? "Edit as text" : "Hide the text";
  };
  const showing = (all) => {
    if (!all) fold(false);
    else if (control.unfolds === false) fold(true);
    host.dataset.shows = all ? "all" : "part";
  };
  button.addEventListener("click", () => {
    fold(!typed.classList.contains("folded"));
    if (!typed.classList.contains("folded")) box.focus();
  });
  if (control.unfolds !== false) spoken.after(button);
  host.closest(".field").classList.add("controlled");
  host.closest(".field").classList.toggle("prints-control", host.dataset.prints === "control");
  fold(true);

  return {
    refresh() {
      if (setting || box.value === shownText) return;
      shownText = box.value;
      showing(control.refresh());
    },
    focus() {
      const first = host.querySelector("input, select, textarea, button, [tabindex='0']");
      (typed.classList.contains("folded") && first ? first : box).focus();
    },
  };
};
