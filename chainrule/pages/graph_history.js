/* What is drawn as a chain of moments { text, nodes, places, bends, problem }; undo goes back one.

   The text is the truth and the rest is how it looks. A moment with a problem is a text that can't be drawn: nothing
   but an explicit new drawing replaces it, and undo brings it back. */
const graphHistory = (() => {
  const BLANK = { text: "", nodes: [], places: {}, bends: {}, problem: "" };
  const MOST_UNDONE = 200;

  /* `ports(op)` is how many inputs an operation has; `shown()` is called after every change of the moment. */
  function start(text, ports, shown) {
    const storeKey = `chainrule-canvas/1 ${location.pathname} ${text.id}`;
    let now = BLANK;
    let past = [];
    let future = [];

    function show(moment) {
      now = moment;
      shown();
      remember();
    }

    function push() {
      past = [...past, now].slice(-MOST_UNDONE);
      future = [];
    }

    /* `changes` are new nodes, places, bends; moments with one and the same `moved` are undone as one. */
    function commit(changes) {
      if (!(changes.moved && changes.moved === now.moved)) push();
      const moment = { ...now, moved: null, typed: false, ...changes, problem: "" };
      if (changes.nodes) moment.text = graphText.write(changes.nodes);
      show(moment);
      text.set(now.text);
    }

    /* Whether there was a moment to go to. */
    function travel(from, to) {
      if (!from.length) return false;
      to.push(now);
      show(from.pop());
      text.set(now.text);
      return true;
    }

    /* Takes in a text that has come from elsewhere; whether all of it is drawn now. */
    function refresh() {
      const typed = text.get();
      if (typed === now.text) return !now.problem;
      // Undo goes back before the typing, not through every letter of it.
      if (!now.typed && now !== BLANK) push();
      future = [];
      const { nodes = [], problem = "" } = graphText.read(typed, text, ports);
      const { places, bends } = problem ? now : layoutFor(nodes, typed);
      show({ text: typed, nodes, places, bends, problem, typed: true });
      return !problem;
    }

    /* The same nodes with the same edges stay where they are; every other text is laid out anew. */
    function layoutFor(nodes, typed) {
      const kept = edgesOf(now.nodes) === edgesOf(nodes) ? now : remembered(typed);
      return kept && nodes.every(({ label }) => isPoint(kept.places[label])) ? kept : graphLayout.tidy(nodes);
    }

    const edgesOf = (nodes) => JSON.stringify(nodes.map(({ label, inputs }) => [label, ...inputs]).sort());
    const isPoint = (place) => Number.isFinite(place?.x) && Number.isFinite(place?.y);

    /* Where the nodes stand is kept while the tab is open; where that can't be, a reload tidies up. */
    function remember() {
      try {
        sessionStorage.setItem(storeKey, JSON.stringify({ text: now.text, places: now.places, bends: now.bends }));
      } catch {
        // no storage here: only the places are lost
      }
    }

    function remembered(typed) {
      try {
        const kept = JSON.parse(sessionStorage.getItem(storeKey));
        return kept.text === typed ? kept : null;
      } catch {
        return null;
      }
    }

    return {
      now: () => now,
      canUndo: () => past.length > 0,
      canRedo: () => future.length > 0,
      undo: () => travel(past, future),
      redo: () => travel(future, past),
      commit,
      refresh,
    };
  }

  return { start };
})();
