// A job as a row: what it is, and its life as a bar on the axis.

import { h } from "../base/dom.mjs";
import { renderMoney } from "../base/money.mjs";
import { findStateKind, isFinal } from "../common/job_states.mjs";
import { makeGapShade, putAt } from "./job_axis.mjs";
import { describeInWords, nameState, shortenId } from "./job_words.mjs";
import { placeInstant } from "./timeline.mjs";

const SIGNS = { COMPLETED: "✓", FAILED: "✕" };
const BAR_TEXT_PX = { QUEUED: 56, PROCESSING: 80 };
const POLLS_TOP = 1;
const POLLS_BOTTOM = 9;

/** Make the badge that names the state of a job. */
export function makeStateBadge(life) {
  const kind = life.isStalled && life.state !== "EXPIRED" ? "warn" : findStateKind(life.state);
  return h("span", { class: ["badge", kind], "data-state": life.state }, nameState(life));
}

/**
 * Make the row of a job.
 *
 * @param {object} life What `describeLife` said of it.
 * @param {number[]} polls When it was polled.
 * @param {{stretches: object[], width: number}} axis The axis, and how many pixels wide it is.
 * @param {boolean} hasAccount Whether the row says whose job it is.
 */
export function makeJobRow(life, polls, axis, hasAccount) {
  const { job } = life;
  return h(
    "div",
    { role: "row", class: "job-row", "data-job": job.id },
    h(
      "div",
      { role: "gridcell", class: "job-label" },
      h("span", { class: "job-model" }, job.model),
      makeStateBadge(life),
      h("code", { class: "job-id" }, shortenId(job.id)),
      hasAccount && h("code", { class: "job-account faint" }, job.account),
    ),
    h("div", { role: "gridcell", class: "job-chart" }, makeChart(life, polls, axis)),
  );
}

function makeChart(life, polls, axis) {
  const { stretches } = axis;
  return h(
    "div",
    { role: "img", class: "job-picture", "aria-label": describeInWords(life, polls.length) },
    life.parts.map((part) => makePart(part, life, axis)),
    stretches.filter(({ isGap }) => isGap).map(makeGapShade),
    drawPolls(polls, axis),
    putAt(h("div", { class: "job-now" }), stretches, life.now),
    makeExpiry(life, stretches),
    life.end && makeEnd(life, stretches),
  );
}

/** Make a part of the bar: a stage as far as it has been, or as it is to come. */
function makePart({ state, from, to, isPlanned }, life, { stretches, width }) {
  const isStuck = life.isStalled && state === life.reached;
  const room = (placeInstant(stretches, to) - placeInstant(stretches, from)) * width;
  const text = isStuck ? "stalled" : state.toLowerCase();
  const hasText = !isPlanned && !isFinal(state) && room >= BAR_TEXT_PX[state];
  const kinds = ["job-part", state.toLowerCase(), isPlanned && "planned", isStuck && "stalled"];
  return putAt(h("div", { class: kinds }, hasText && h("span", {}, text)), stretches, from, to);
}

/** Mark how a job ended or is to end, and what was charged then. */
function makeEnd({ job, end }, stretches) {
  const { cost } = job.document;
  const isCharged = !end.isPlanned && end.state === "COMPLETED" && cost !== undefined;
  const isFarRight = placeInstant(stretches, end.at) > 0.8;
  const mark = h(
    "div",
    { class: ["job-end", end.state.toLowerCase(), end.isPlanned && "planned", isFarRight && "far-right"] },
    h("span", { class: "job-sign" }, SIGNS[end.state]),
    isCharged && h("span", { class: "job-cost number" }, renderMoney(cost)),
  );
  return putAt(mark, stretches, end.at);
}

function makeExpiry({ expiry }, stretches) {
  const mark = h("div", { class: ["job-expiry", expiry.isPlanned && "planned"] }, h("span", {}, "⊘"));
  return putAt(mark, stretches, expiry.at);
}

/** Draw polls as ticks: one path, however many they are. */
function drawPolls(polls, { stretches, width }) {
  if (polls.length === 0) return null;
  const places = new Set(polls.map((at) => Math.round(placeInstant(stretches, at) * width)));
  const path = [...places].map((x) => `M${x} ${POLLS_TOP}V${POLLS_BOTTOM}`).join("");
  return h("svg:svg", { class: "job-polls", "aria-hidden": "true" }, h("svg:path", { d: path }));
}
