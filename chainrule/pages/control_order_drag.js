/* Dragging nodes with a mouse, a pen or a finger, between a list and what lies around it. */
"use strict";

/* host: where nodes (elements of class "node" with data-name) may be picked up; area: where they may be dropped into
   the list; dropped(name, from, gap): from is the place in the list or -1, gap the place it goes in front of or null. */
const dragNodes = (host, area, list, dropped) => {
  const DRAG_PIXELS = 6; // a finger that only taps moves about this much
  let drag = null; // { chip, name, from, x, y, moved }

  function pickUp(event) {
    const chip = event.target.closest(".node");
    if (!chip || event.button !== 0 || !event.isPrimary) return;
    const from = [...list.children].indexOf(chip);
    drag = { chip, name: chip.dataset.name, from, x: event.clientX, y: event.clientY, moved: false };
  }

  function carry(event) {
    if (!drag) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(x, y) < DRAG_PIXELS) return;
    if (!drag.moved) host.setPointerCapture(event.pointerId);
    drag.moved = true;
    drag.chip.classList.add("dragged");
    drag.chip.style.transform = `translate(${x}px, ${y}px)`;
    showGap(gapAt(event));
  }

  function letGo(event) {
    if (!drag) return;
    const { name, from, moved } = drag;
    const gap = gapAt(event);
    stop();
    if (!moved) return;
    // The click that ends a drag is none.
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }));
    dropped(name, from, gap);
  }

  function stop() {
    if (!drag) return;
    drag.chip.classList.remove("dragged");
    drag.chip.style.transform = "";
    drag = null;
    showGap(null);
  }

  const swallow = (event) => event.stopPropagation();

  /* The place in the list that a pointer is over; null outside of it. */
  function gapAt({ clientX, clientY }) {
    const around = area.getBoundingClientRect();
    const across = clientX < around.left || clientX > around.right;
    if (across || clientY < around.top || clientY > around.bottom) return null;
    const chips = [...list.children];
    const behind = chips.findIndex((chip) => chip !== drag?.chip && isBefore(clientX, clientY, chip.getBoundingClientRect()));
    return behind < 0 ? chips.length : behind;
  }

  /* In reading order: above the box's line, or on it and left of its middle. */
  const isBefore = (x, y, box) => y < box.top || (y <= box.bottom && x < box.left + box.width / 2);

  function showGap(gap) {
    [...list.children].forEach((chip, at) => chip.classList.toggle("gap", at === gap));
    area.classList.toggle("gap-last", gap === list.children.length);
  }

  host.addEventListener("pointerdown", pickUp);
  host.addEventListener("pointermove", carry);
  host.addEventListener("pointerup", letGo);
  host.addEventListener("pointercancel", stop);
};
