// The outputs that the page knows of, as far as somebody has asked for them.

import { makeMatcher, readFilter } from "./output_filters.mjs";
import { makeOutputSource } from "./output_source.mjs";

const PAGE = 60;
const MOST_REFRESHED = 200;

/** Make the list: `shown` has the outputs, newest first, and `isEnd` tells whether they are all. */
export function makeOutputList({ address, scope }) {
  const list = { shown: [], isEnd: false, models: new Set(), load, take, loadMore, find };
  let asked = null;
  let source = null;
  let matches = () => true;

  function readAsked() {
    const { request_id: requestId = "" } = address.query;
    return { requestId, accounts: scope.chosen, filter: readFilter(address.query) };
  }

  /** Load the newest, with how they were asked for. */
  async function load() {
    const now = readAsked();
    const key = JSON.stringify(now);
    const count = key === asked ? Math.min(Math.max(list.shown.length, PAGE), MOST_REFRESHED) : PAGE;
    const fresh = makeOutputSource(now.accounts, now.requestId);
    const found = makeMatcher(now.filter);
    return { key, fresh, found, page: await fresh.take(count, found) };
  }

  /** Take over what was loaded; what is older stays. Tell whether it is what is asked for now. */
  function take({ key, fresh, found, page }) {
    if (key !== JSON.stringify(readAsked())) return false;
    const older = key === asked && !page.isEnd ? listOlder(list.shown, page.outputs) : [];
    if (older.length === 0) {
      source = fresh;
      list.isEnd = page.isEnd;
    }
    asked = key;
    matches = found;
    setShown([...page.outputs, ...older]);
    return true;
  }

  async function loadMore() {
    const from = source;
    const page = await from.take(PAGE, matches);
    if (from !== source) return;
    const known = new Set(list.shown.map(({ name }) => name));
    list.isEnd = page.isEnd;
    setShown([...list.shown, ...page.outputs.filter(({ name }) => !known.has(name))]);
  }

  function setShown(outputs) {
    list.shown = outputs;
    for (const { model } of outputs) list.models.add(model);
  }

  /** Find an output by its name, also one that is not shown. */
  async function find(name) {
    const known = list.shown.find((output) => output.name === name);
    if (known) return known;
    const source = makeOutputSource([], "");
    for (;;) {
      const { outputs, isEnd } = await source.take(1, (output) => output.name === name);
      if (outputs.length > 0 || isEnd) return outputs[0];
    }
  }

  return list;
}

function listOlder(shown, fresh) {
  const names = new Set(fresh.map(({ name }) => name));
  const last = fresh.at(-1)?.created_utc ?? "";
  return shown.filter(({ name, created_utc: created }) => !names.has(name) && created <= last);
}
