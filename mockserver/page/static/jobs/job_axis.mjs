// The axis above rows of jobs: times, gaps, and the present.

import { h, replace } from "../base/dom.mjs";
import { renderDuration, renderInstant } from "../base/times.mjs";
import { listTicks, placeInstant } from "./timeline.mjs";

const TICK_PX = 92;
const GAP_TEXT_PX = 54;
const NOW_TEXT_PX = 40;

/** Put an element where an instant, or a time from one to another, stands on an axis. */
export function putAt(element, stretches, from, to = null) {
  const start = placeInstant(stretches, from);
  element.style.left = renderShare(start);
  if (to !== null) element.style.width = renderShare(placeInstant(stretches, to) - start);
  return element;
}

/** Make the head of the rows, with the axis in it. */
export function makeAxis() {
  const marks = h("div", { class: "job-axis-marks", "aria-hidden": "true" });
  const words = h("span", { class: "visually-hidden" });
  const element = h(
    "div",
    { role: "row", class: "job-row job-axis" },
    h("div", { role: "columnheader", class: "job-label" }, "Job"),
    h("div", { role: "columnheader", class: "job-chart" }, words, marks),
  );

  /** Show an axis that is so many pixels wide, and the present of those whose jobs are shown. */
  function show({ stretches, width, nows }) {
    if (stretches.length === 0) return replace(marks);
    const [from, to] = [stretches[0].from, stretches.at(-1).to].map(renderInstant);
    replace(words, `Virtual time from ${from} to ${to} UTC`);
    const ticks = listTicks(stretches, Math.min(0.45, TICK_PX / Math.max(width, 1)));
    replace(
      marks,
      ticks.map((tick) => makeTick(tick)),
      stretches.filter(({ isGap }) => isGap).map((gap) => makeGap(gap, width)),
      nows.length === 1 && makeNow(stretches, nows[0], width),
    );
    return undefined;
  }

  return { element, show };
}

/** Make what shows a gap in a row. */
export function makeGapShade({ start, share }) {
  const shade = h("div", { class: "job-gap" });
  shade.style.left = renderShare(start);
  shade.style.width = renderShare(share);
  return shade;
}

function makeTick({ place, isAtEnd, time, date, isNewDate }) {
  const tick = h(
    "div",
    { class: ["job-tick", isAtEnd && "at-end"] },
    h("span", {}, time),
    isNewDate && h("span", { class: "job-date" }, date),
  );
  tick.style.left = renderShare(place);
  return tick;
}

function makeGap(gap, width) {
  const length = renderDuration(gap.to - gap.from);
  const shade = makeGapShade(gap);
  shade.title = `${length} in which nothing happens`;
  shade.append(h("span", { class: "job-gap-text" }, gap.share * width < GAP_TEXT_PX ? "…" : `… ${length}`));
  return shade;
}

function makeNow(stretches, now, width) {
  const place = placeInstant(stretches, now);
  const left = place - NOW_TEXT_PX / Math.max(width, 1);
  // Its word stands to the left, unless there is no room or a gap has its words there.
  const isThere = ({ isGap, start, share }) => isGap && start + share > left && start < place - 0.001;
  const isCrowded = left < 0 || stretches.some(isThere);
  return putAt(h("div", { class: ["job-now", isCrowded && "at-start"] }, h("span", {}, "now")), stretches, now);
}

function renderShare(share) {
  return `${(share * 100).toFixed(4)}%`;
}
