// What a clock says, as a text that goes on by itself at the clock's rate.

import { h } from "../base/dom.mjs";
import { parseInstant, renderDate, renderTime } from "../base/times.mjs";

const TICK_MS = 250;
/** The last millisecond that can be written with a year of four digits. */
const LATEST = Date.UTC(10_000, 0) - 1;
const going = new Set();
let timer = null;

/**
 * Return what tells the time by a clock from now on, in milliseconds since 1970.
 *
 * @param {{now_utc: string, rate: number}} clock As the server has just told it.
 * @returns {(at?: number) => number} What tells it for a reading of `performance.now()`, unless given the latest.
 */
export function followClock({ now_utc: told, rate }) {
  const [begin, readAt] = [parseInstant(told), performance.now()];
  return (at = performance.now()) => Math.min(begin + rate * (at - readAt), LATEST);
}

/** Make the text of a clock: `show` takes the clock as the server told it; it goes on while it is seen. */
export function makeClockText() {
  const element = h("span", { class: "number" });
  const text = { element, tick, show };
  let readNow = null;

  function show(clock) {
    readNow = followClock(clock);
    tick();
    if (clock.rate > 0) {
      going.add(text);
      timer ??= setInterval(tickAll, TICK_MS);
    } else {
      going.delete(text);
    }
  }

  function tick() {
    const now = readNow();
    const said = `${renderDate(now)} ${renderTime(now)}`;
    if (element.textContent !== said) element.textContent = said;
  }

  return text;
}

function tickAll() {
  for (const text of going) {
    if (text.element.isConnected) text.tick();
    else going.delete(text);
  }
  if (going.size > 0) return;
  clearInterval(timer);
  timer = null;
}
