/* A choice as radio buttons, or as boxes to tick where several options may be right; writes `B`, `A, C` or `none`. */
"use strict";
paperControls.choice = (host, text) => {
  const NONE = "none";
  const keys = text.options.map((option) => option.key);
  if (!keys.length) return null;

  function line(key, content) {
    const box = document.createElement("input");
    box.type = text.several ? "checkbox" : "radio";
    box.name = `${text.id}-option`;
    box.value = key;
    box.addEventListener("change", () => choose(key, box.checked));
    const words = document.createElement("span");
    words.append(content);
    const label = document.createElement("label");
    label.className = "option";
    label.append(box);
    if (key !== NONE) label.append(Object.assign(document.createElement("b"), { textContent: key }));
    label.append(words);
    host.append(label);
    return box;
  }

  // Where an option says so itself, "none" would not be clear to the grader.
  const saysNone = text.options.some(({ content }) => /^\W*(none|neither|nothing)/i.test(content.textContent));
  const boxes = text.options.map(({ key, content }) => line(key, content));
  if (text.several && !saysNone) boxes.push(line(NONE, "None of these"));

  const clear = Object.assign(document.createElement("button"), { type: "button", textContent: "No answer" });
  clear.className = "quiet";
  clear.addEventListener("click", () => {
    text.set("");
    tick([]);
    boxes[0].focus();
    text.say("The choice is empty again");
  });
  const unread = document.createElement("p");
  unread.className = "unread";
  unread.textContent = "Your answer is kept as the text below. Choose here to replace it.";
  host.append(clear, unread);
  host.dataset.prints = "control";
  if (!text.several) host.setAttribute("role", "radiogroup");

  /* The options that a text names and nothing else; null for anything that says more. */
  function chosenIn(answer) {
    const found = answer.split(",").map((piece) => piece.trim());
    if (!answer.trim()) return [];
    if (text.several && answer.trim().toLowerCase() === NONE) return saysNone ? null : [NONE];
    const several = text.several || found.length === 1;
    return several && found.every((key) => keys.includes(key)) ? found : null;
  }

  function choose(key, on) {
    const others = boxes.filter((box) => box.checked && (box.value === NONE) === (key === NONE));
    const chosen = text.several ? others.map((box) => box.value) : [key];
    tick(on || text.several ? chosen : []);
    text.set(chosen.join(", "));
  }

  function tick(chosen) {
    for (const box of boxes) box.checked = chosen?.includes(box.value) ?? false;
    clear.disabled = chosen?.length === 0;
    unread.hidden = chosen !== null;
  }

  return {
    unfolds: false,
    refresh() {
      const chosen = chosenIn(text.get());
      tick(chosen);
      return chosen !== null;
    },
  };
};
