// What runs made, newest first.

import { h, markCode, replace } from "../base/dom.mjs";
import { inflect } from "../base/text.mjs";
import { makeButton } from "../parts/actions.mjs";
import { makeFilterBar } from "../parts/filter_bar.mjs";
import { makeLink } from "../parts/links.mjs";
import { makeNoMatch } from "../parts/no_match.mjs";
import { tell, tellError } from "../parts/notes.mjs";
import { makeRefresh } from "../parts/refresh.mjs";
import { makeCards } from "./output_cards.mjs";
import { readFilter, SELECTS } from "./output_filters.mjs";
import { makeOutputList } from "./output_list.mjs";
import { openOutput } from "./output_panel.mjs";

/** Make the view of outputs. */
export function makeOutputs(context) {
  const { address, exchanges } = context;
  const list = makeOutputList(context);
  const cards = makeCards((name) => address.set({ output: name }));
  const chosen = makeChosenOutput(context, list, cards);
  const parts = makeParts(context, cards, loadMore);
  const refresh = makeRefresh(exchanges, list.load, take, (error) => replace(parts.told, markCode(error.words)));

  function take(loaded) {
    if (list.take(loaded)) showList();
    else refresh.start();
  }

  async function loadMore() {
    try {
      await list.loadMore();
    } catch (error) {
      tellError(error);
    }
    showList();
  }

  function showList() {
    cards.show(list.shown);
    parts.show(list);
  }

  function show(query) {
    parts.showQuery(query, list);
    chosen.read(query);
    refresh.start();
  }

  return { element: parts.element, show, hide: refresh.stop };
}

function makeParts({ address }, cards, loadMore) {
  const bar = makeFilterBar((changes) => address.set(changes), SELECTS, "Prompt, parameters, model, job …");
  const told = h("p", { class: "faint number count", role: "status" }, "Loading …");
  const ofJob = h("p", { class: "bar of-job" });
  const more = makeButton("Show more", loadMore, { class: "more-outputs", hidden: true });
  const empty = h("div", { class: "empty", hidden: true });
  const head = h("div", { class: "view-head" }, h("h1", { id: "outputs-title" }, "Outputs"), told);
  const element = h("section", { "aria-labelledby": "outputs-title" }, head, bar.element, ofJob, cards.element, empty, more);
  let before = "";

  function clear() {
    address.set({ request_id: null });
    bar.clear();
  }

  function showQuery(query, list) {
    bar.show(readFilter(query), { model: list.models });
    const { request_id: id } = query;
    const all = () => address.set({ request_id: null });
    replace(ofJob, id && ["Of the job ", h("code", {}, id), h("button", { class: "small", type: "button", on: { click: all } }, "Of all jobs")]);
    ofJob.hidden = !id;
  }

  function show(list) {
    const { shown, isEnd } = list;
    showQuery(address.query, list);
    more.hidden = isEnd;
    const isFiltered = Boolean(address.query.request_id) || Object.values(readFilter(address.query)).some(Boolean);
    const count = `${shown.length.toLocaleString("en")} ${inflect("output", shown.length)}`;
    const matches = isFiltered ? ` that ${shown.length === 1 ? "matches" : "match"}` : "";
    replace(told, isEnd ? count : `The newest ${count}`, matches);
    cards.element.hidden = shown.length === 0;
    const words = shown.length > 0 || !isEnd ? "" : isFiltered ? "filtered" : "nothing";
    if (words !== before) replace(empty, words && EMPTY[words](address, clear));
    before = words;
    empty.hidden = words === "";
  }

  return { element, told, show, showQuery };
}

const EMPTY = {
  nothing: (address) => [
    h("h2", {}, "No outputs yet"),
    h("p", {}, "Pictures, films, sounds and meshes stand here as soon as the runs that make them have ended, and stay for seven days of virtual time."),
    h("p", {}, "Make some with ", makeLink(address, "models", { makes: "image" }, "a form of a model"), ". A clock that stands still has to be moved on for a run to end."),
  ],
  filtered: (_address, clear) => makeNoMatch("output", clear),
};

/** Make the choice of the output that the panel shows: it is in the address, `output=NAME`. */
function makeChosenOutput(context, list, cards) {
  const { address, panel } = context;
  let shown = null;

  function whenClosed(name) {
    if (shown !== name) return;
    shown = null;
    cards.choose(null);
    if (address.view === "outputs" && address.query.output) address.set({ output: null });
  }

  async function read({ output: name = null }) {
    if (name === shown) return;
    shown = name;
    if (name === null) {
      panel.close();
      return;
    }
    try {
      const output = await list.find(name);
      if (shown !== name) return;
      if (output) openOutput(context, output, () => whenClosed(name));
      else tell("This output is not kept any longer.");
      cards.choose(output ? name : null);
    } catch (error) {
      tellError(error);
    }
  }

  return { read };
}
