// The rows of a long list that are in the document: one whose item is out of sight shows another.

import { h } from "../base/dom.mjs";

/** Rows that move are put in order in the document once they have stood still for so long. */
const STILL_MS = 250;

/**
 * Make the rows of a list.
 *
 * @param {string} id Begins the id of each row.
 * @param {object} options `makeRow(item)` makes a row, and `findVersion(item)` tells by a text when it
 *   has to be filled anew: by `fillRow(row, item)`, without which another is made in its place.
 */
export function makeKeptRows(id, { makeRow, findVersion, fillRow }) {
  const element = h("div", { role: "rowgroup", class: "window-rows" });
  let rows = new Map();
  let timer = null;

  /**
   * Show some items of a list.
   *
   * @param {object[]} items The items, each with its number, `seq`.
   * @param {number} from The place in the list of the first of them.
   * @param {{height: number, chosen: number|null, active: number|null}} look How high a row is, and
   *   which of them are marked.
   */
  function show(items, from, look) {
    const wanted = new Set(items.map(({ seq }) => seq));
    const free = [...rows].filter(([key]) => !wanted.has(key)).map(([, kept]) => kept);
    const isRunning = fillRow !== undefined && free.length > 0;
    rows = new Map(items.map((item) => [item.seq, fill(rows.get(item.seq) ?? free.shift(), item)]));
    for (const { row } of free) row.remove();
    for (const [index, [key, { row }]] of [...rows].entries()) mark(row, key, from + index, look);
    clearTimeout(timer);
    // What is moved within the document is laid out anew: rows that run by are moved on the screen alone.
    if (isRunning) timer = setTimeout(order, STILL_MS);
    else order();
  }

  /** Have a row that is kept, or a new one, show an item. */
  function fill(kept, item) {
    const version = `${item.seq} ${findVersion(item)}`;
    if (version === kept?.version) return kept;
    const row = takeRow(kept?.row, item);
    row.id = makeId(item.seq);
    row.dataset.key = String(item.seq);
    return { row, version };
  }

  function takeRow(old, item) {
    if (old && fillRow) {
      fillRow(old, item);
      return old;
    }
    const row = makeRow(item);
    if (old) old.replaceWith(row);
    else element.append(row);
    return row;
  }

  function mark(row, key, place, { height, chosen, active }) {
    row.style.transform = `translateY(${place * height}px)`;
    row.setAttribute("aria-rowindex", String(place + 2));
    row.setAttribute("aria-selected", String(key === chosen));
    row.classList.toggle("is-active", key === active);
  }

  function order() {
    let next = element.firstElementChild;
    for (const { row } of rows.values()) {
      if (row === next) next = next.nextElementSibling;
      else element.insertBefore(row, next);
    }
  }

  function makeId(key) {
    return `${id}-row-${key}`;
  }

  /** Return the id of the row that shows an item, or null if none does. */
  function findId(key) {
    return rows.has(key) ? makeId(key) : null;
  }

  return { element, show, findId };
}
