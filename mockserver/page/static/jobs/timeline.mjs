// From the lives of jobs to places on one axis of virtual time, on which idle stretches are short.

import { MINUTE, renderDate, renderTime } from "../base/times.mjs";

const MOST_FOR_GAPS = 0.6;
const LEAST_OF_STRETCH = 0.02;
const MOST_FOR_LEAST = 0.3;
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((step) => step * 1000),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((step) => step * MINUTE),
];
const DAY = 1440 * MINUTE;

/**
 * Lay out an axis on which lives of jobs have room.
 *
 * Something happens while a job is on its way from one state to the next, and at each poll and the
 * present; whatever else lasts more than a minute is a gap, as wide as any other.
 *
 * @param {object[]} lives What the axis is for (see `describeLife`).
 * @param {number[]} instants When else something happened: polls.
 * @param {number} gapShare Which part of the whole width a gap takes.
 * @returns {object[]} Stretches in their order: `{from, to, start, share, isGap}`, of which `start`
 *   and `share` are parts of the width.
 */
export function layOutAxis(lives, instants = [], gapShare = 0.06) {
  const busy = [
    ...lives.flatMap(listBusyTimes),
    ...lives.map(({ now }) => [now, now]),
    ...instants.map((at) => [at, at]),
  ];
  if (busy.length === 0) return [];
  const last = lives.reduce((latest, { expiry }) => Math.max(latest, expiry.at), -Infinity);
  return giveRoom(findStretches(busy, last), gapShare);
}

/** Return where an instant stands, as a part of the width. */
export function placeInstant(stretches, at) {
  let [low, high] = [0, stretches.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at > stretches[middle].to) low = middle + 1;
    else high = middle;
  }
  const { from, to, start, share } = stretches[low];
  if (to === from) return start + share / 2;
  return start + share * Math.min(1, Math.max(0, (at - from) / (to - from)));
}

/**
 * Return which times are written on the axis: `{at, place, isAtEnd, time, date, isNewDate}`.
 *
 * @param {object[]} stretches The axis.
 * @param {number} apart How far apart they stand at least, as a part of the width.
 */
export function listTicks(stretches, apart) {
  const step = chooseStep(stretches, apart);
  const decimals = [100, 10, 1].filter((each) => step < each * 10).length;
  const ticks = [];
  for (const stretch of stretches.filter(({ isGap }) => !isGap)) {
    for (const at of listRoundInstants(stretch, step)) {
      const place = placeInstant(stretches, at);
      const last = ticks.at(-1);
      // The last one is written to the left of its line, and needs that room too.
      const isAtEnd = place > 1 - apart;
      if (last && place - last.place < apart * (isAtEnd ? 2 : 1)) continue;
      const date = renderDate(at);
      ticks.push({ at, place, isAtEnd, time: renderTime(at, decimals), date, isNewDate: date !== last?.date });
    }
  }
  return ticks;
}

/** Return from when to when a job is on its way; its last stage is one in which nothing happens. */
function listBusyTimes({ stages }) {
  const last = stages.at(-1).from;
  return [[last, last], ...stages.slice(0, -1).map(({ from, to }) => [from, to])];
}

/** Return stretches in which something happens, and the gaps between; the last ends at `last`. */
function findStretches(busy, last) {
  const stretches = [];
  for (const [from, to] of busy.toSorted(([one], [other]) => one - other)) {
    const open = stretches.at(-1);
    if (!open) stretches.push({ from, to, isGap: false });
    else if (from - open.to <= MINUTE) open.to = Math.max(open.to, to);
    else stretches.push({ from: open.to, to: from, isGap: true }, { from, to, isGap: false });
  }
  const end = stretches.at(-1);
  if (last - end.to > MINUTE) stretches.push({ from: end.to, to: last, isGap: true });
  else end.to = Math.max(end.to, last);
  return stretches;
}

/** Give each stretch its place: gaps as much as any other, the rest as they last. */
function giveRoom(stretches, gapShare) {
  const gaps = stretches.filter(({ isGap }) => isGap).length;
  const others = stretches.length - gaps;
  const gap = gaps ? Math.min(gapShare, MOST_FOR_GAPS / gaps) : 0;
  const least = Math.min(LEAST_OF_STRETCH, MOST_FOR_LEAST / others);
  const length = sumLengths(stretches);
  const rest = 1 - gap * gaps - least * others;
  let start = 0;
  for (const stretch of stretches) {
    const part = length > 0 ? (stretch.to - stretch.from) / length : 1 / others;
    stretch.share = stretch.isGap ? gap : least + rest * part;
    stretch.start = start;
    start += stretch.share;
  }
  return stretches;
}

function sumLengths(stretches) {
  return stretches.reduce((sum, { from, to, isGap }) => sum + (isGap ? 0 : to - from), 0);
}

function chooseStep(stretches, apart) {
  const share = stretches.reduce((sum, stretch) => sum + (stretch.isGap ? 0 : stretch.share), 0);
  const least = (sumLengths(stretches) / share) * apart;
  return STEPS.find((step) => step >= least) ?? Math.ceil(least / DAY) * DAY;
}

/** Return the round instants of a stretch, or its beginning where it has none. */
function listRoundInstants({ from, to }, step) {
  const first = Math.ceil(from / step) * step;
  if (first > to) return [from];
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, index) => first + index * step);
}
