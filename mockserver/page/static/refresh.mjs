// Lists of the control plane, asked again when something may have changed.

import { changes } from "./actions.mjs";
import { holdToRefusal } from "./api.mjs";

const SOONEST_MS = 300;
const EVERY_MS = 3000;
/** The server is to have so many times as long for others as it took to load. */
const REST = 5;

/**
 * Keep a list up to date while it is shown.
 *
 * It is loaded when an exchange came or this page changed something, at most some times a second,
 * and every few seconds besides, as time goes on by itself. What takes long is loaded less often.
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
  let rest_ms = 0;
  let stops = [];

  async function run() {
    clearTimeout(timer);
    isSoon = false;
    if (isLoading) {
      isWanted = true;
      return;
    }
    isLoading = true;
    isWanted = false;
    const begun = performance.now();
    try {
      const value = await load();
      if (isShown) show(value);
    } catch (error) {
      holdToRefusal(error);
      if (isShown) fail(error);
    } finally {
      isLoading = false;
      rest_ms = (performance.now() - begun) * REST;
      if (isShown) plan(isWanted ? SOONEST_MS : EVERY_MS);
    }
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
        stops = [exchanges.added.add(ring), exchanges.forgotten.add(ring), changes.add(run)];
      }
      return run();
    },
    stop() {
      isShown = false;
      clearTimeout(timer);
      for (const stop of stops) stop();
      stops = [];
    },
  };
}
