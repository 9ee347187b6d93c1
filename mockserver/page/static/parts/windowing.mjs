// A long list of which only the rows in sight are in the document.

import { h } from "../base/dom.mjs";
import { makeListeners } from "../base/listeners.mjs";
import { makeKeptRows } from "./kept_rows.mjs";

/** So many rows are kept ready above and below those in sight. */
const BEYOND = 3;
/** Who is not further from the top than this is at the top. */
const EDGE_PX = 4;
const LEAST_HEIGHT_PX = 200;
let made = 0;

/**
 * Make a list of rows of one height, as a grid whose rows are moved through by keys.
 *
 * Its rows come of a source, `{count, at(index), indexOf(key)}`, and each item has a number, `seq`.
 *
 * @param {object} options What it is made of:
 *   `label` names it; `headings` is the row of its headings; `makeRow(item)`, `findVersion(item)` and
 *   perhaps `fillRow(row, item)` make its rows (see kept_rows.mjs); `open(item)` is called when
 *   somebody chooses one; `prepare(from, to)` is called before the rows of these places are shown.
 */
export function makeWindowedList({ label, headings, makeRow, findVersion, fillRow, open, prepare = () => {} }) {
  const id = `window-${++made}`;
  const moved = makeListeners();
  const rows = makeKeptRows(id, { makeRow, findVersion, fillRow });
  const body = rows.element;
  const head = h("div", { role: "rowgroup", class: "window-head" }, headings);
  const element = h(
    "div",
    { id, class: "window", role: "grid", tabindex: "0", "aria-label": label, on: { keydown, scroll } },
    head,
    body,
  );
  body.addEventListener("click", click);
  let source = { count: 0, at: () => undefined, indexOf: () => -1 };
  let rowHeight = 32;
  let active = null;
  let chosen = null;

  function draw() {
    const [from, to] = findRange();
    prepare(from, to);
    const items = Array.from({ length: to - from }, (_, index) => source.at(from + index));
    rows.show(items, from, { height: rowHeight, chosen, active });
    body.style.height = `${source.count * rowHeight}px`;
    element.setAttribute("aria-rowcount", String(source.count + 1));
    const activeId = rows.findId(active);
    if (activeId) element.setAttribute("aria-activedescendant", activeId);
    else element.removeAttribute("aria-activedescendant");
  }

  function findRange() {
    const height = Math.max(element.clientHeight, LEAST_HEIGHT_PX);
    const top = Math.min(element.scrollTop, source.count * rowHeight);
    const from = Math.max(0, Math.floor(top / rowHeight) - BEYOND);
    return [from, Math.min(source.count, Math.ceil((top + height) / rowHeight) + BEYOND)];
  }

  function isAtTop() {
    return element.scrollTop <= EDGE_PX;
  }

  function scroll() {
    // Asked after the rows have changed, this would cost a layout.
    const isNow = isAtTop();
    draw();
    moved.call(isNow);
  }

  function click(event) {
    const row = event.target.closest("[data-key]");
    // Who selects a text wants to copy it.
    if (!row || !getSelection().isCollapsed) return;
    activate(source.indexOf(Number(row.dataset.key)));
    openActive();
  }

  function keydown(event) {
    if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") openActive();
    else if (!moveBy(event.key)) return;
    event.preventDefault();
  }

  function moveBy(key) {
    const page = Math.max(1, Math.floor(findRoom() / rowHeight) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (!(key in steps)) return false;
    const here = active === null ? -1 : source.indexOf(active);
    const first = Math.floor(element.scrollTop / rowHeight);
    const start = here >= 0 ? here : first - Math.sign(steps[key]);
    moved.call(key === "Home");
    activate(Math.min(Math.max(start + steps[key], 0), source.count - 1));
    return true;
  }

  function activate(index) {
    if (index < 0 || index >= source.count) return;
    active = source.at(index).seq;
    reveal(index);
    draw();
  }

  function findRoom() {
    return element.clientHeight - head.offsetHeight;
  }

  function isInSight(index) {
    const top = index * rowHeight;
    return top >= element.scrollTop && top + rowHeight <= element.scrollTop + findRoom();
  }

  function isPartlyInSight(index) {
    const top = index * rowHeight;
    return top + rowHeight > element.scrollTop && top < element.scrollTop + findRoom();
  }

  /** Scroll no further than it takes to have a row in sight. */
  function reveal(index) {
    if (isInSight(index)) return;
    const top = index * rowHeight;
    element.scrollTop = top < element.scrollTop ? top : top + rowHeight - findRoom();
  }

  function openActive() {
    const index = active === null ? -1 : source.indexOf(active);
    if (index >= 0) open(source.at(index));
  }

  return {
    element,
    /** Tells, when somebody moved, whether the newest rows are in sight. */
    moved,
    isAtTop,
    /** Show what a source has; `draw` does it again when that has changed. */
    show(next) {
      source = next;
      draw();
    },
    draw,
    setRowHeight(height) {
      const first = element.scrollTop / rowHeight;
      const here = active === null ? -1 : source.indexOf(active);
      const wasInSight = here >= 0 && isPartlyInSight(here);
      rowHeight = height;
      draw();
      element.scrollTop = first * height;
      // Details beside the list make its rows higher: the one that was clicked stays.
      if (wasInSight) reveal(here);
      draw();
    },
    /** Mark the item whose details are shown, by its number or null. */
    choose(key) {
      chosen = key;
      if (key !== null) active = key;
      draw();
    },
    /** The number of the row that was moved to or chosen last, or null. */
    getActive: () => active,
    /** Have a row in sight, near the middle if it is not yet. */
    showRow(key) {
      const index = source.indexOf(key);
      if (index < 0) return false;
      // There is no scrolling to where the list does not reach yet.
      draw();
      if (!isInSight(index)) element.scrollTop = Math.max(0, index * rowHeight - Math.floor(findRoom() / 2));
      draw();
      return true;
    },
    scrollToTop() {
      element.scrollTop = 0;
      draw();
    },
  };
}
