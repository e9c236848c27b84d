/* Mouse, pen and finger on the canvas: a node is dragged, an edge is drawn from a node's dot to an input. */
const graphGestures = (() => {
  const LEAST_WAY = 5; // a hand is never quite still: less than this is a click

  /* What is under a point: { label, port, handle, edge }, as far as there is. */
  function under(element) {
    const node = element?.closest?.("[data-label]");
    return {
      label: node?.dataset.label ?? null,
      port: node && element.dataset.port !== undefined ? Number(element.dataset.port) : null,
      handle: node !== null && element?.dataset?.handle !== undefined,
      edge: element?.closest?.("[data-edge]")?.dataset.edge ?? null,
    };
  }

  /* actions: { place(label), move(label, point), drop(label), stretch(label, point), release(),
     join(label, target, port), click(what) }; points are in the drawing's own lengths. */
  function listen(svg, actions) {
    let drag = null;
    let dragged = false;

    function point(event) {
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      return { x, y };
    }

    function down(event) {
      dragged = false;
      const what = under(event.target);
      if (!event.isPrimary || event.button !== 0 || what.label === null) return;
      const start = point(event);
      const { x, y } = actions.place(what.label);
      drag = { ...what, start, grip: { x: start.x - x, y: start.y - y } };
    }

    function move(event) {
      if (!drag || !event.isPrimary) return;
      const here = point(event);
      dragged ||= Math.hypot(here.x - drag.start.x, here.y - drag.start.y) > LEAST_WAY;
      if (!dragged) return;
      if (drag.handle) actions.stretch(drag.label, here);
      else actions.move(drag.label, { x: here.x - drag.grip.x, y: here.y - drag.grip.y });
    }

    function up(event) {
      if (!drag || !event.isPrimary) return;
      const { label, handle } = drag;
      drag = null;
      if (!dragged) return;
      if (!handle) return actions.drop(label);
      actions.release();
      const { label: target, port } = under(document.elementFromPoint(event.clientX, event.clientY));
      if (target !== null && target !== label) actions.join(label, target, port);
    }

    function cancel() {
      if (!drag) return;
      const { label, handle } = drag;
      drag = null;
      if (handle) actions.release();
      else if (dragged) actions.drop(label);
    }

    svg.addEventListener("pointerdown", down);
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", cancel);
    svg.addEventListener("click", (event) => {
      if (!dragged) actions.click(under(event.target));
      dragged = false;
    });
  }

  return { listen };
})();
