// The exchanges of one account, or of several, as a list that goes with the newest.

import { h, replace } from "../base/dom.mjs";
import { makeWindowedList } from "../parts/windowing.mjs";
import { findReason } from "./exchange_empty.mjs";
import { makeMatches } from "./exchange_matches.mjs";
import { makeHeadings, makeRows } from "./exchange_rows.mjs";

/** A narrower list has two lines a row. */
const NARROW_PX = 900;
const HEIGHT_PX = { one: 30, two: 52 };

/**
 * Make a list of exchanges.
 *
 * It goes with the newest while these are in sight, and holds still when somebody scrolls or moves
 * away from them.
 *
 * @param {object} options What it is made of: `exchanges`, the store; `marks`; `label`, its name;
 *   `isOurs(exchange)`, which tells whether it may have one; `hasAccount`, whether it says whose each
 *   is; `open(exchange)`, called when somebody chooses one; `pause`, which tells in `isOn` whether
 *   nothing new is to be shown; `empty`, which stands in the place of nothing (see exchange_empty.mjs).
 */
export function makeExchangeList({ exchanges, marks, label, isOurs, hasAccount, open, pause, empty }) {
  const matches = makeMatches();
  const list = makeWindowedList({ label, headings: makeHeadings(hasAccount), ...makeRows(marks, hasAccount), open });
  const news = h("button", { class: "newest primary", type: "button", hidden: true, on: { click: showNewest } });
  const element = h("div", { class: "list" }, list.element, news, empty.element);
  const sizes = new ResizeObserver(() => fit());
  let total = 0;
  sizes.observe(element);
  list.moved.add((isAtTop) => (isAtTop ? follow() : hold()));

  function fit() {
    const isNarrow = element.clientWidth < NARROW_PX;
    element.classList.toggle("is-narrow", isNarrow);
    list.setRowHeight(isNarrow ? HEIGHT_PX.two : HEIGHT_PX.one);
  }

  function hold() {
    if (matches.isHeld) return;
    matches.hold(exchanges.all.at(-1)?.seq ?? 0);
  }

  function follow() {
    if (!matches.isHeld || pause.isOn) return;
    matches.release();
    draw();
  }

  function showNewest() {
    matches.release();
    if (pause.isOn) hold();
    list.scrollToTop();
    draw();
    list.element.focus({ preventScroll: true });
  }

  function draw() {
    list.draw();
    news.hidden = matches.waiting === 0;
    if (!news.hidden) replace(news, `↑ ${matches.waiting.toLocaleString("en")} new`);
    const reason = findReason({ matching: matches.count + matches.waiting, inScope: total });
    empty.show(reason);
    list.element.hidden = reason !== null;
  }

  function find() {
    const active = list.getActive();
    const isFound = active !== null && list.showRow(active);
    if (!isFound) list.scrollToTop();
    if (list.isAtTop()) follow();
    else hold();
  }

  return {
    element,
    /** How many are shown or wait, and of how many of these accounts. */
    get counts() {
      return { matching: matches.count + matches.waiting, total };
    },
    /** Show those of all exchanges that match; keep the row in sight that was moved to last. */
    fill(isMatching, isAnother) {
      const ours = exchanges.all.filter(isOurs);
      total = ours.length;
      matches.set(ours.filter(isMatching));
      if (isAnother) find();
      draw();
    },
    /** Add those of some new exchanges that match. */
    add(some, isMatching) {
      const ours = some.filter(isOurs);
      total += ours.length;
      const matching = ours.filter(isMatching);
      matches.add(matching);
      if (matching.length > 0 || matches.count === 0) draw();
    },
    draw,
    show() {
      list.show(matches);
      fit();
      draw();
    },
    /** Hold still, or go on where nobody reads further down. */
    pauseOrGoOn() {
      if (pause.isOn) hold();
      else if (list.isAtTop()) follow();
      draw();
    },
    choose(seq) {
      list.choose(seq);
      if (seq !== null && matches.indexOf(seq) > 0 && list.showRow(seq)) hold();
    },
    stop: () => sizes.disconnect(),
  };
}
