// Lists of the control plane, asked again when something may have changed.

import { holdToRefusal } from "../server/api.mjs";
import { changes } from "./actions.mjs";

const SOONEST_MS = 300;
const EVERY_MS = 3000;
/** The server is to have so many times as long for others as it took to load. */
const REST = 5;
/** But no longer: a server that answered late once is not forgotten for minutes. */
const LONGEST_REST_MS = 10_000;

/**
 * Keep a list up to date while it is shown.
 *
 * It is loaded when an exchange came or this page changed something, at most some times a second,
 * and every few seconds besides, as time goes on by itself. What takes long is loaded less often.
 * As soon as a lost server is there again it is loaded anew: nobody waits for what was asked before.
 *
 * @param {object} exchanges The store of exchanges.
 * @param {() => Promise<any>} load Loads what is to be shown.
 * @param {(value: any) => void} show Shows it.
 * @param {(error: ApiError) => void} fail Shows why it cannot be.
 */
export function makeRefresh(exchanges, load, show, fail = () => {}) {
  let timer = null;
  let isLoading = false;
  let isWanted = false;
  let isShown = false;
  let isSoon = false;
  let isLost = false;
  let turn = 0;
  let rest_ms = 0;
  let stops = [];

  async function run() {
    clearTimeout(timer);
    isSoon = false;
    if (isLoading) {
      isWanted = true;
      return;
    }
    await loadNow();
  }

  async function loadNow() {
    clearTimeout(timer);
    turn += 1;
    const own = turn;
    const isCurrent = () => isShown && own === turn;
    isLoading = true;
    isWanted = false;
    const begun = performance.now();
    try {
      const value = await load();
      if (isCurrent()) show(value);
    } catch (error) {
      holdToRefusal(error);
      if (isCurrent()) fail(error);
    } finally {
      if (own === turn) {
        isLoading = false;
        rest_ms = Math.min((performance.now() - begun) * REST, LONGEST_REST_MS);
        if (isShown) plan(isWanted ? SOONEST_MS : EVERY_MS);
      }
    }
  }

  function hearConnection(state) {
    if (state === "lost") isLost = true;
    if (state !== "open" || !isLost) return;
    isLost = false;
    loadNow();
  }

  function plan(delay_ms) {
    clearTimeout(timer);
    timer = setTimeout(run, Math.max(delay_ms, rest_ms));
  }

  function ring() {
    if (isLoading) {
      isWanted = true;
    } else if (!isSoon) {
      isSoon = true;
      plan(SOONEST_MS);
    }
  }

  return {
    /** Load now, and go on until `stop`. */
    start() {
      if (!isShown) {
        isShown = true;
        stops = [
          exchanges.added.add(ring),
          exchanges.forgotten.add(ring),
          exchanges.connection.add(hearConnection),
          changes.add(run),
        ];
      }
      return run();
    },
    stop() {
      isShown = false;
      isLoading = false;
      turn += 1;
      clearTimeout(timer);
      for (const stop of stops) stop();
      stops = [];
    },
  };
}
