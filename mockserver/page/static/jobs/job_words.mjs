// The life of a job in words: for labels, and for who does not see the picture.

import { renderMoney } from "../base/money.mjs";
import { renderDuration, renderInstant, renderTime } from "../base/times.mjs";

const DECIMALS = 3;
const SHORT = 8;

/** Return the beginning of an id, by which jobs are told apart. */
export function shortenId(id) {
  return id.slice(0, SHORT);
}

/** Return the words on a job's badge. */
export function nameState({ state, isStalled }) {
  return isStalled && state !== "EXPIRED" ? `${state}, stalled` : state;
}

/** Say what a job goes through, and how often it was polled. */
export function describeInWords(life, polls) {
  const { job, state } = life;
  const words = [
    ...describeStages(life),
    describeCharge(life),
    polls === 0 ? "" : `polled ${polls === 1 ? "once" : `${polls} times`}`,
    `${life.expiry.isPlanned ? "expires" : "expired"} at ${renderInstant(life.expiry.at)}`,
  ].filter(Boolean);
  return `${job.model}, job ${shortenId(job.id)}, ${state.toLowerCase()}: ${words.join(", ")}.`;
}

/** Return how long something has been or is to be, counted from now: `in 12 s`, `12 s ago`. */
export function renderDistance(at, now) {
  return at > now ? `in ${renderDuration(at - now)}` : `${renderDuration(now - at)} ago`;
}

function describeStages({ job, now, stages, end, isStalled }) {
  const going = stages.filter(({ state }) => state !== end?.state);
  const said = going.map(({ state, from, to }, index) => {
    const isLast = index === going.length - 1 && !end;
    const length = isLast ? (isStalled ? " and stalled there" : "") : ` for ${renderDuration(to - from)}`;
    return `${from > now ? "to be " : ""}${state.toLowerCase()} ${renderAt(from, job)}${length}`;
  });
  if (end) said.push(`${end.isPlanned ? "to be " : ""}${end.state.toLowerCase()} ${renderAt(end.at, job)}`);
  return said;
}

/** Return an instant: the first one in full, others by the time of day. */
function renderAt(at, job) {
  return `at ${at === job.submittedAt ? renderInstant(at) : renderTime(at, DECIMALS)}`;
}

function describeCharge({ job, end }) {
  const { cost } = job.document;
  if (!end || end.isPlanned || end.state !== "COMPLETED") return "";
  return cost === undefined ? "charged" : `charged ${renderMoney(cost)}`;
}
