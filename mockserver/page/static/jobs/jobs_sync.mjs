// What this page knows of jobs, brought up to date: what is new, what has changed, what is gone.

import { isFinal } from "../common/job_states.mjs";
import { get } from "../server/api.mjs";
import { findState } from "./job_life.mjs";
import { MOST_KEPT } from "./jobs_store.mjs";

/** Of an account with more than so many jobs after the first that runs, some are asked for by id. */
const MOST_LISTED_AGAIN = 200;
const MOST_ASKED = 20;
/** Of so many accounts at once, jobs are asked for that only run. */
const MOST_ACCOUNTS = 8;

/**
 * Make what brings a store of jobs up to date.
 *
 * The first time everything is listed. From then on only accounts are asked for in which something
 * has happened: an exchange named a job, the number of jobs is another, a change of state is due;
 * and some in which jobs run, which others may have changed.
 */
export function makeJobsSync(store, clocks, exchanges) {
  const touched = new Set();
  let isListed = false;
  let turn = 0;

  exchanges.added.add((some) => {
    for (const { request_id: id, account } of some) {
      if (id && account) touched.add(account);
    }
  });
  exchanges.forgotten.add(() => {
    isListed = false;
  });

  const isFull = () => store.all.length >= MOST_KEPT;
  const hasExpired = (job) => clocks.readNow(job.account) >= job.expiresAt;
  const isOpen = (job) => !isFinal(job.document.state) && !hasExpired(job);
  const listKept = (account) => store.listOf(account).filter((job) => !hasExpired(job));

  /** Bring everything up to date. */
  async function load() {
    const accounts = await clocks.load();
    if (!isListed) {
      touched.clear();
      isListed = true;
      await listAll();
    } else {
      dropAccounts(new Set(accounts.map(({ account }) => account)));
      await Promise.all(chooseAccounts(accounts).map(listAgain));
    }
    store.prune(hasExpired);
  }

  /** List everything, and drop what is not there: it may be another server. */
  async function listAll() {
    const known = [...store.all];
    const listed = await list({});
    if (!isFull()) store.drop(new Set(known.filter(({ id }) => !listed.has(id))));
  }

  function dropAccounts(names) {
    store.drop(new Set(store.all.filter(({ account }) => !names.has(account))));
  }

  /** Choose the accounts in which something happened, and some in which it may have. */
  function chooseAccounts(accounts) {
    const some = accounts.filter(hasNews);
    touched.clear();
    const others = accounts.filter((each) => !some.includes(each) && store.listOf(each.account).some(isOpen));
    if (others.length <= MOST_ACCOUNTS) return [...some, ...others];
    turn = (turn + MOST_ACCOUNTS) % others.length;
    return [...some, ...others.slice(turn, turn + MOST_ACCOUNTS)];
  }

  function hasNews({ account, jobs }) {
    const known = listKept(account);
    const isOther = isFull() ? jobs < known.length : jobs !== known.length;
    return touched.has(account) || isOther || known.some(isDue);
  }

  /** Tell whether a job must have changed since it was shown. */
  function isDue(job) {
    return findState(job, clocks.readNow(job.account)) !== job.document.state;
  }

  async function listAgain({ account, jobs }) {
    const known = listKept(account);
    if (jobs < known.length) return listWhole(account, known);
    const first = known.findIndex(isOpen);
    const start = first < 0 ? known.length : first;
    if (known.length - start <= MOST_LISTED_AGAIN) return list({ api_key: account, after: known[start - 1]?.id });
    const some = known.slice(start).filter(isOpen).toSorted((one, other) => isDue(other) - isDue(one));
    return Promise.all([
      list({ api_key: account, after: known.at(-1).id }),
      ...some.slice(0, MOST_ASKED).map(({ id }) => store.ask(id).catch(passIfGone)),
    ]);
  }

  /** List an account from the beginning, and find out what is gone. */
  async function listWhole(account, known) {
    const listed = await list({ api_key: account });
    const gone = known.filter(({ id }) => !listed.has(id));
    // A reset takes all jobs; where some are left, the others have expired or had to leave.
    if (listed.size === 0 && (await isForgotten(gone.at(-1)))) store.drop(new Set(gone));
    else for (const job of gone) store.expire(job, clocks.readNow(account));
  }

  /** List jobs, keep them, and return their ids. */
  async function list({ after, ...query }) {
    const listed = new Set();
    let next = after;
    do {
      const page = await get("/_mock/jobs", { ...query, after: next }).catch(passIfGone);
      // The job after which the list was to begin has just gone; or the account has.
      if (!page) return next ? list(query) : listed;
      for (const document of page.jobs) {
        listed.add(document.request_id);
        if (store.find(document.request_id) || !isFull()) store.keep(document);
      }
      next = page.next;
    } while (next && (query.api_key || !isFull()));
    return listed;
  }

  return { load, isFull };
}

/** Tell whether a job that is gone was taken by a reset, which takes the exchanges about it too. */
async function isForgotten({ id }) {
  const { requests } = await get("/_mock/requests", { request_id: id, limit: 1 });
  return requests.length === 0;
}

function passIfGone(error) {
  if (error.isGone) return null;
  throw error;
}
