// The jobs that this page knows: those that the control plane listed, and those that have expired since.

import { makeListeners } from "../base/listeners.mjs";
import { encodeName, get } from "../server/api.mjs";
import { readJob } from "./job_life.mjs";

/** So many are kept: those that have expired leave first, and no more are asked for. */
export const MOST_KEPT = 20_000;

/**
 * Make the store of jobs.
 *
 * Its `all` has them in the order in which this page learnt of them. Each is what `readJob` made of
 * it, with a number of its own, `seq`, and a `version` that rises when it changes; `changed` tells
 * of changes.
 */
export function makeJobs() {
  const changed = makeListeners();
  const byId = new Map();
  let byAccount = new Map();
  let made = 0;
  const store = { all: [], changed, find, keep, put, ask, listOf, expire, drop, prune };

  /** Return a job by its id. */
  function find(id) {
    return byId.get(id);
  }

  /** Return the jobs of an account, in the order of their submission. */
  function listOf(account) {
    return byAccount.get(account) ?? [];
  }

  /** Keep a job as the control plane shows it. */
  function keep({ history: _, ...document }) {
    const job = readJob(document);
    const known = byId.get(job.id);
    if (known) {
      if (isSame(known.document, document)) return known;
      return Object.assign(known, job, { version: known.version + 1 });
    }
    Object.assign(job, { seq: ++made, version: 0 });
    byId.set(job.id, job);
    store.all.push(job);
    addToAccount(job);
    return job;
  }

  function addToAccount(job) {
    const some = byAccount.get(job.account) ?? [];
    byAccount.set(job.account, some);
    some.push(job);
    // One that was asked for by its id may have come before older ones.
    if (some.at(-2)?.submittedAt > job.submittedAt) some.sort((one, other) => one.submittedAt - other.submittedAt);
  }

  /** Keep a job that has just been changed, and tell of it. */
  function put(document) {
    const job = keep(document);
    changed.call();
    return job;
  }

  /** Ask for a job with its history; the answer is returned too. */
  async function ask(id) {
    const document = await get(`/_mock/jobs/${encodeName(id)}`);
    put(document);
    return document;
  }

  /** Note that a job has expired by an instant, since the control plane has it no longer. */
  function expire(job, now) {
    job.expiresAt = Math.min(job.expiresAt, now);
    job.version += 1;
  }

  /** Drop jobs. */
  function drop(some) {
    if (some.size === 0) return;
    for (const { id } of some) byId.delete(id);
    store.all = store.all.filter((job) => !some.has(job));
    byAccount = new Map();
    for (const job of store.all) addToAccount(job);
  }

  /** Drop the first of those that nobody can ask for any more, if there are too many. */
  function prune(hasExpired) {
    const many = store.all.length - MOST_KEPT;
    if (many > 0) drop(new Set(store.all.filter(hasExpired).slice(0, many)));
  }

  return store;
}

function isSame(one, other) {
  return renderState(one) === renderState(other);
}

/** Return what of a job can change. */
function renderState({ state, stalled, expires_utc: expires, timeline, planned, error, cost }) {
  return JSON.stringify([state, stalled, expires, timeline, planned, error, cost]);
}
