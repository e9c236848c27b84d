/* The paper that fills itself back in: keeps every answer, checks its form, hands out and takes back answers.json. */
(() => {
  const FORMAT = "chainrule-answers/1";
  const FILE_NAME = "answers.json";
  const LARGEST_FILE_BYTES = 1_000_000;
  const PRINTED_CHARACTERS = 36; // that many, a box of one line is sure to show in print
  const CHECK_DELAY_MS = 350; // a check while someone is still typing would only be in the way

  const byId = (id) => document.getElementById(id);
  const paper = JSON.parse(byId("paper").textContent);
  const storeKey = `${FORMAT} ${paper.paper}`;
  const { operations, items } = paper;
  const fields = items.flatMap(({ fields: asked, ...item }) => asked.map((field) => ({ ...field, ...item, operations })));
  for (const field of fields) {
    field.control = document.querySelector(`[data-field="${CSS.escape(field.id)}"]`);
    field.status = byId(`${field.control.id}-status`);
    field.state = "empty";
    field.fewestRows = field.control.rows;
    field.rich = attachControl(field);
  }

  let handedOut = ""; // the answers as they stood in the last download
  let keepsAnswers = true;

  /* ---- the answers, exactly as typed ---- */

  const responses = () => Object.fromEntries(fields.map((field) => [field.id, field.control.value]));
  const snapshot = () => JSON.stringify(responses());
  const isBlank = () => fields.every((field) => field.control.value === "");
  const hasNews = () => !isBlank() && snapshot() !== handedOut;

  function fill(given) {
    for (const field of fields) field.control.value = given[field.id] ?? "";
    fields.forEach(grow);
    fields.forEach(show);
    fields.forEach(check);
    showProgress();
  }

  /* Long answers stay in sight, also in print: a box of several lines grows, in browsers that don't do so themselves;
     in place of one that can't, the print has the text. */
  function grow({ control, fewestRows }) {
    const { dataset } = control.closest(".typed");
    if (fewestRows) control.rows = Math.max(fewestRows, control.value.split("\n").length + 1);
    else if (control.value.length > PRINTED_CHARACTERS) dataset.long = control.value;
    else delete dataset.long;
  }

  const show = ({ rich }) => rich?.refresh();
  const enter = ({ rich, control }) => (rich ?? control).focus();

  /* ---- keeping them: this browser's storage ---- */

  function keep() {
    try {
      localStorage.setItem(storeKey, JSON.stringify({ responses: responses(), handedOut }));
      keepsAnswers = true;
    } catch {
      keepsAnswers = false; // no storage for local files, private window, or full
    }
    showProgress();
  }

  function recall(text) {
    try {
      const kept = JSON.parse(text) ?? {};
      handedOut = kept.handedOut ?? "";
      fill(kept.responses ?? {});
    } catch {
      tell("What this browser had kept can't be read any more. If you have an answers.json, load it.");
    }
  }

  function start() {
    let kept = null;
    try {
      kept = localStorage.getItem(storeKey);
    } catch {
      keepsAnswers = false;
    }
    fields.forEach(show);
    if (kept) recall(kept);
    keep(); // tells at once, not at the first loss, whether this browser keeps anything
  }

  function otherTabWrote(event) {
    if (event.key !== storeKey) return;
    recall(event.newValue);
    tell("This paper is also open in another tab or window. Both show the same answers; please keep only one open.");
  }

  /* ---- saying how things stand ---- */

  function check(field) {
    const { state, text } = formCheck(field.kind, field.control.value, field.names, field.options, field.several);
    field.state = state;
    field.control.dataset.state = state;
    field.status.dataset.state = state;
    setText(field.status, text);
  }

  function showProgress() {
    const filled = fields.filter((field) => field.control.value.trim() !== "").length;
    byId("meter").value = filled;
    byId("progress").textContent = `${filled} of ${fields.length} ${fields.length === 1 ? "field" : "fields"} filled in`;
    showDoubts(fields.filter((field) => field.state === "look"));
    setText(byId("saved"), savedText());
    byId("saved").dataset.state = keepsAnswers ? "" : "look";
  }

  /* Links that stay the same are left alone: leaving a field for one of them must not replace it under the finger. */
  function showDoubts(doubtful) {
    const ids = doubtful.map((field) => field.id).join(" ");
    if (byId("doubts").dataset.fields === ids) return;
    byId("doubts").dataset.fields = ids;
    byId("doubts").replaceChildren(...(ids ? ["Look again at ", ...doubtful.flatMap(linkTo).slice(1)] : []));
  }

  /* A screen reader speaks at every change, so what is said already is not said again. */
  function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function savedText() {
    if (!keepsAnswers) return "This browser does not keep your answers: download often.";
    if (isBlank()) return "Your answers will be kept in this browser.";
    return hasNews() ? "Kept in this browser; not downloaded yet." : "Kept in this browser and downloaded.";
  }

  function linkTo(field) {
    const link = document.createElement("a");
    link.href = `#${field.control.id}`;
    link.textContent = field.id;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      enter(field);
    });
    return [", ", link];
  }

  function tell(text) {
    byId("notice").textContent = text;
  }

  /* ---- answers.json, out and in ---- */

  function download() {
    const text = JSON.stringify({ format: FORMAT, paper: paper.paper, responses: responses() }, null, 1) + "\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = FILE_NAME;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    handedOut = snapshot();
    keep();
    tell(`${FILE_NAME} is in your downloads. That is the file to hand in.`);
  }

  /* The responses of a downloaded file; throws an Error whose message is for the student. */
  function responsesOf(text) {
    let found;
    try {
      found = JSON.parse(text);
    } catch {
      throw new Error("This file is not an answers.json: it can't be read as JSON. Nothing was changed.");
    }
    if (found?.format !== FORMAT || typeof found.responses !== "object" || found.responses === null) {
      throw new Error("This file is not an answers.json that this page can read. Nothing was changed.");
    }
    if (found.paper !== paper.paper) {
      throw new Error(`This file belongs to paper ${found.paper}; this is paper ${paper.paper}. Nothing was changed.`);
    }
    if (Object.values(found.responses).some((response) => typeof response !== "string")) {
      throw new Error("An answer in this file is not a text. Nothing was changed.");
    }
    return found.responses;
  }

  async function load() {
    const [file] = byId("file").files;
    if (!file) return;
    try {
      if (file.size > LARGEST_FILE_BYTES) throw new Error("This file is too large for an answers.json. Nothing was changed.");
      const given = responsesOf(await file.text());
      const changes = fields.some(({ id, control }) => control.value !== "" && control.value !== (given[id] ?? ""));
      if (changes && !confirm("Replace the answers on this page by those in the file?")) return;
      fill(given);
      handedOut = snapshot();
      keep();
      const unknown = Object.keys(given).filter((id) => !fields.some((field) => field.id === id));
      tell(`The answers in ${file.name} are back on the page.` + (unknown.length ? ` Not on this paper: ${unknown.join(", ")}.` : ""));
    } catch (problem) {
      tell(problem.message);
    } finally {
      byId("file").value = ""; // so that the same file can be chosen again
    }
  }

  function clear() {
    if (!confirm("Remove all answers from this page and from this browser? A downloaded file stays as it is.")) return;
    handedOut = "";
    fill({});
    keep();
    tell("All fields are empty again.");
  }

  /* ---- what listens ---- */

  for (const field of fields) {
    let waiting;
    const settle = () => {
      clearTimeout(waiting);
      check(field);
      showProgress();
    };
    field.control.addEventListener("input", () => {
      keep();
      grow(field);
      show(field);
      clearTimeout(waiting);
      waiting = setTimeout(settle, CHECK_DELAY_MS);
    });
    field.control.addEventListener("change", settle);

  }
  byId("download").addEventListener("click", download);
  byId("load").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", load);
  byId("print").addEventListener("click", () => print());
  byId("clear").addEventListener("click", clear);
  addEventListener("storage", otherTabWrote);
  addEventListener("beforeunload", (event) => {
    if (hasNews()) event.preventDefault();
  });
  start();
})();
