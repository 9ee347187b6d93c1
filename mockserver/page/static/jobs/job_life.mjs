// What a job goes through, as instants of virtual time.

import { parseInstant } from "../base/times.mjs";
import { isFinal } from "../common/job_states.mjs";

/** Read a job as the control plane shows it: `steps` has when each state began or is to begin. */
export function readJob(document) {
  const steps = [...document.timeline, ...(document.planned ?? [])].map(({ state, at_utc: at }) =>
    ({ state, at: parseInstant(at), at_utc: at }));
  return {
    id: document.request_id,
    model: document.model,
    account: document.account,
    document,
    steps,
    submittedAt: parseInstant(document.submitted_utc),
    expiresAt: parseInstant(document.expires_utc),
  };
}

/** Return the state of a job at an instant: one of the four, or `EXPIRED`. */
export function findState(job, now) {
  return now >= job.expiresAt ? "EXPIRED" : findReached(job, now);
}

/** Tell whether a job is in a stage that will not end by itself. */
export function isStalled(job, now) {
  return Boolean(job.document.stalled) && !isFinal(findReached(job, now));
}

/**
 * Describe the life of a job as it is at an instant.
 *
 * @returns {object} Its `state`; the one that it had `reached` if it has expired; the `stages` that
 *   it goes through, `{state, from, to}`; the `parts` of those, `{state, from, to, isPlanned}`, of
 *   which each has been or is to come; how it ended or is to end, `end`, or null; its `expiry`; and
 *   which step comes `next`, or null.
 */
export function describeLife(job, now) {
  // What was to come after a job has expired never comes.
  const steps = job.steps.filter(({ at }, index) => index === 0 || at < job.expiresAt);
  const stages = steps.map(({ state, at }, index) => ({ state, from: at, to: steps[index + 1]?.at ?? job.expiresAt }));
  const last = steps.at(-1);
  return {
    job,
    now,
    state: findState(job, now),
    reached: findReached(job, now),
    isStalled: isStalled(job, now),
    stages,
    parts: stages.flatMap((stage) => splitStage(stage, now)),
    end: isFinal(last.state) ? { ...last, isPlanned: last.at > now } : null,
    expiry: { at: job.expiresAt, isPlanned: now < job.expiresAt },
    next: steps.find(({ at }, index) => index > 0 && at > now) ?? null,
  };
}

function findReached({ steps, expiresAt }, now) {
  const reached = steps.findLast(({ at }, index) => index === 0 || (at <= now && at < expiresAt));
  return reached.state;
}

/** Split a stage into what has been of it and what is to come. */
function splitStage({ state, from, to }, now) {
  const parts = [];
  if (from <= now) parts.push({ state, from, to: Math.min(to, now), isPlanned: false });
  if (to > now) parts.push({ state, from: Math.max(from, now), to, isPlanned: true });
  return parts;
}
