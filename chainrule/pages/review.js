/* Deciding open answers: keeps what was decided, says where points can't be, hands out the table. */
(() => {
  const FORMAT = "chainrule-review/1";
  const POINTS = /^\+?(\d{1,6})(?:[.,](\d{1,6}))?(?:\/(\d{1,6}))?$/; // as `chainrule review --import` reads them
  const FORMULA = /^'*[=+\-@\t\r]/; // what spreadsheets run
  const ALMOST = 1e-9;

  const byId = (id) => document.getElementById(id);
  const table = JSON.parse(byId("table").textContent);
  const storeKey = `${FORMAT} ${table.run}`;
  const who = byId("who");
  const groups = [...document.querySelectorAll("[data-group]")].map((article) => ({
    id: article.dataset.group,
    article,
    points: article.querySelector(".points-box"),
    reason: article.querySelector(".reason-box"),
    status: article.querySelector(".status"),
    buttons: [...article.querySelectorAll("button[data-points]")],
  }));

  let handedOut = ""; // the decisions as they stood in the last download
  let keepsDecisions = true;

  /* ---- points ---- */

  /* The number that a text says, or null; never NaN. */
  function numberOf(text) {
    const found = POINTS.exec(text.trim());
    if (!found || (found[3] && !Number(found[3]))) return null;
    return Number(`${found[1]}.${found[2] ?? "0"}`) / Number(found[3] ?? 1);
  }

  const mostOf = ({ points }) => numberOf(points.dataset.most);
  const shown = (number) => String(Math.round(number * 10_000) / 10_000);

  /* What is wrong with a group's boxes; empty when nothing is. */
  function fault(group) {
    const text = group.points.value.trim();
    if (text === "") return group.reason.value.trim() ? "There is a reason but no points." : "";
    const number = numberOf(text);
    const most = mostOf(group);
    const isAll = number !== null && shown(number) === shown(most); // 3.3333 of 10/3
    return number === null || (number > most + ALMOST && !isAll) ? `Points are from 0 to ${shown(most)}.` : "";
  }

  const isDecided = (group) => group.points.value.trim() !== "" && fault(group) === "";

  /* ---- keeping them: this browser's storage ---- */

  const decided = () => Object.fromEntries(
    groups.filter(({ points, reason }) => points.value !== "" || reason.value !== "")
      .map(({ id, points, reason }) => [id, { points: points.value, reason: reason.value }]),
  );
  const snapshot = () => JSON.stringify([who.value, decided()]);
  const hasNews = () => groups.some(isDecided) && snapshot() !== handedOut;

  function stored() {
    try {
      const kept = JSON.parse(localStorage.getItem(storeKey)) ?? {};
      return { who: kept.who ?? "", handedOut: kept.handedOut ?? {}, decided: kept.decided ?? {} };
    } catch {
      return { who: "", handedOut: {}, decided: {} };
    }
  }

  /* Other pages of the same exam keep theirs beside ours. */
  function keep() {
    try {
      const kept = stored();
      for (const { id } of groups) delete kept.decided[id];
      Object.assign(kept.decided, decided());
      kept.handedOut[table.file] = handedOut;
      localStorage.setItem(storeKey, JSON.stringify({ ...kept, who: who.value }));
      keepsDecisions = true;
    } catch {
      keepsDecisions = false; // no storage for local files, private window, or full
    }
    showProgress();
  }

  function recall() {
    const kept = stored();
    if (!who.value) who.value = kept.who;
    handedOut = kept.handedOut[table.file] ?? "";
    for (const group of groups) {
      group.points.value = kept.decided[group.id]?.points ?? "";
      group.reason.value = kept.decided[group.id]?.reason ?? "";
      show(group);
    }
  }

  /* ---- saying how things stand ---- */

  /* A screen reader speaks at every change, so what is said already is not said again. */
  function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function show(group) {
    const text = fault(group);
    setText(group.status, text);
    group.points.setAttribute("aria-invalid", String(text !== ""));
    group.article.classList.toggle("done", isDecided(group));
    for (const button of group.buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.points === group.points.value.trim()));
    }
  }

  function showProgress() {
    const n = groups.filter(isDecided).length;
    byId("meter").value = n;
    setText(byId("progress"), `${n} of ${groups.length} decided`);
    setText(byId("saved"), savedText(n));
    byId("saved").dataset.state = keepsDecisions ? "" : "look";
  }

  function savedText(n) {
    if (!keepsDecisions) return "This browser does not keep your decisions: download often.";
    if (n === 0) return "Your decisions will be kept in this browser.";
    return hasNews() ? "Kept in this browser; not downloaded yet." : "Kept in this browser and downloaded.";
  }

  const tell = (text) => { byId("notice").textContent = text; };

  /* ---- moving on ---- */

  function enter({ article, points }) {
    points.focus({ preventScroll: true });
    article.scrollIntoView({ block: "nearest" });
  }

  function nextOpen(after) {
    const ordered = [...groups.slice(after + 1), ...groups.slice(0, after + 1)];
    const open = ordered.find((group) => !isDecided(group));
    if (open) enter(open);
    else tell("Every answer here is decided. Download the table.");
  }

  /* ---- the table ---- */

  const guarded = (cell) => (FORMULA.test(cell) ? `'${cell}` : cell);
  const quoted = (cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

  function csv() {
    const given = new Map(groups.filter(isDecided).map((group) => [group.id, group]));
    const rows = table.rows.map((cells) => {
      const group = given.get(cells[0]);
      const decision = group ? [group.points.value.trim(), group.reason.value.trim(), who.value.trim()] : ["", "", ""];
      return [...cells, ...decision.map(guarded)];
    });
    return "\ufeff" + [table.columns, ...rows].map((row) => row.map(quoted).join(",") + "\n").join("");
  }

  /* What keeps the table from being handed out, and where; null when nothing does. */
  function obstacle() {
    const faulty = groups.find((group) => fault(group) !== "");
    if (faulty) return [`One decision can't be read. ${fault(faulty)}`, () => enter(faulty)];
    if (!groups.some(isDecided)) return ["Nothing is decided yet.", () => {}];
    return who.value.trim() ? null : ["Whose decisions are these? Please fill in your initials.", () => who.focus()];
  }

  function download() {
    const [text, lead] = obstacle() ?? [];
    if (text) {
      tell(text);
      lead();
      return;
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    link.download = table.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    handedOut = snapshot();
    keep();
    tell(`${table.file} is in your downloads.`);
  }

  /* ---- what listens ---- */

  function decide(group, points, reason) {
    group.points.value = points;
    if (reason) group.reason.value = reason;
    show(group);
    keep();
  }

  groups.forEach((group, at) => {
    for (const box of [group.points, group.reason]) {
      box.addEventListener("input", () => {
        show(group);
        keep();
      });
      box.addEventListener("keydown", (event) => {
        const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
        const button = box === group.points && isPlain && group.buttons.find(({ dataset }) => dataset.key === event.key.toLowerCase());
        if (button) decide(group, button.dataset.points, "");
        else if (event.key === "Enter") nextOpen(at);
        else return;
        event.preventDefault();
      });
    }
    for (const button of group.buttons) {
      button.addEventListener("click", () => decide(group, button.dataset.points, button.dataset.reason));
    }
  });
  who.addEventListener("input", keep);
  byId("next").addEventListener("click", () => {
    nextOpen(groups.findIndex(({ article }) => article.contains(document.activeElement)));
  });
  byId("download").addEventListener("click", download);
  addEventListener("storage", (event) => {
    if (event.key !== storeKey) return;
    recall();
    showProgress();
  });
  addEventListener("beforeunload", (event) => {
    if (hasNews()) event.preventDefault();
  });
  recall();
  keep(); // tells at once, not at the first loss, whether this browser keeps anything
})();
