// Exchanges as they come.

import { h, replace } from "../base/dom.mjs";
import { inflect } from "../base/text.mjs";
import { makeColumns, renderCounts } from "../parts/columns.mjs";
import { makeFilterBar } from "../parts/filter_bar.mjs";
import { makeJournalStart } from "../server/journal_start.mjs";
import { makeChosen } from "./chosen_exchange.mjs";
import { makeEmptying } from "./emptying.mjs";
import { makeEmpty } from "./exchange_empty.mjs";
import { addSeen, makeMatcher, makeSeen, PARTS, readFilter } from "./exchange_filters.mjs";
import { makeExchangeList } from "./exchange_list.mjs";
import { makeMarks } from "./exchange_marks.mjs";

/** Make the view of exchanges. */
export function makeLive(context) {
  const { address, exchanges, scope } = context;
  const marks = makeMarks(exchanges);
  const journal = makeJournalStart(exchanges);
  const bar = makeFilterBar((changes) => address.set(changes));
  const pause = makePause(() => columns.each((list) => list.pauseOrGoOn()));
  const emptyActions = { clearFilters: bar.clear, showAll: () => scope.choose([]) };
  const columns = makeColumns((accounts, name) =>
    makeExchangeList({
      exchanges, marks, pause, open: (exchange) => chosen.open(exchange), label: `Exchanges${name}`, empty: makeEmpty(emptyActions),
      isOurs: ({ account }) => accounts.length === 0 || accounts.includes(account), hasAccount: accounts.length !== 1,
    }));
  const chosen = makeChosen(context, "live", (seq) => columns.each((list) => list.choose(seq)));
  const parts = makeParts(context, bar, pause, columns);
  const sight = makeSight(context, { marks, journal, bar, columns, parts, chosen });

  function show(query) {
    if (!sight.isShown) marks.start();
    journal.start();
    sight.show(query);
    chosen.read(query);
  }

  function hide() {
    sight.hide();
    marks.stop();
    journal.stop();
  }

  return { element: parts.element, show, hide };
}

/** Make the elements of the view, and what says how much there is in them. */
function makeParts(context, bar, pause, columns) {
  const empty = makeEmpty({});
  const count = h("p", { class: "faint number count" }, "Loading …");
  const announced = h("p", { class: "visually-hidden", role: "status" });
  const actions = h("div", { class: "bar" }, pause.element, makeEmptying(context));
  const head = h("div", { class: "view-head" }, h("h1", { id: "live-title" }, "Live"), count, actions);
  const element = h("section", { class: "live", "aria-labelledby": "live-title" }, head, bar.element, announced, columns.element, empty.element);

  function showCounts(counts, gone) {
    const words = gone === 0 ? "" : `; the journal no longer has ${gone === counts.total ? "any" : gone.toLocaleString("en")} of them`;
    replace(count, `${renderCounts(counts)} ${inflect("exchange", counts.total)}${words}`);
  }

  function showEmpty(reason) {
    empty.show(reason);
    columns.element.hidden = reason !== null;
    bar.element.hidden = reason !== null;
  }

  return { element, showCounts, showEmpty, announce: (text) => replace(announced, text) };
}

/** Make what keeps the lists true to the address, the exchanges and their marks, while it is shown. */
function makeSight({ exchanges, scope }, { marks, journal, bar, columns, parts, chosen }) {
  let filter = readFilter({});
  let matches = () => true;
  let arranged = null;
  let dropped = 0;
  let seen = makeSeen();
  const sight = { isShown: false, show, hide };
  exchanges.connection.add(() => sight.isShown && showCounts());
  exchanges.settled.add(() => {
    if (sight.isShown) showCounts();
    showChosen();
  });
  exchanges.added.add((some) => sight.isShown && add(some));
  exchanges.older.add(() => sight.isShown && fill(false));
  exchanges.forgotten.add(() => sight.isShown && fill(true));
  marks.changed.add(() => sight.isShown && takeMarks());
  journal.changed.add(() => sight.isShown && showCounts());

  function show(query) {
    const isFirst = !sight.isShown;
    const isAnother = readAddress(query);
    sight.isShown = true;
    if (!isFirst && !isAnother) return;
    fill(true);
    if (!isFirst) parts.announce(`${renderCounts(sum())} exchanges get through the filters`);
  }

  function hide() {
    sight.isShown = false;
  }

  /** Take over filter and accounts; tell whether they are others than before. */
  function readAddress(query) {
    const next = readFilter(query);
    const isAnother = PARTS.some((name) => next[name] !== filter[name]) || arranged !== scope.chosen.join();
    filter = next;
    matches = makeMatcher(filter, marks.findVerdicts);
    if (arranged !== scope.chosen.join()) {
      arranged = scope.chosen.join();
      columns.arrange(scope.chosen);
      columns.each((list) => list.choose(chosen.seq));
    }
    return isAnother;
  }

  function fill(isAnother) {
    dropped = exchanges.dropped;
    seen = makeSeen();
    addSeen(seen, exchanges.all);
    columns.each((list) => list.fill(matches, isAnother));
    showBar();
    showCounts();
  }

  function add(some) {
    if (exchanges.dropped !== dropped) {
      fill(false);
      return;
    }
    if (addSeen(seen, some)) showBar();
    columns.each((list) => list.add(some, matches));
    showCounts();
  }

  function takeMarks() {
    if (filter.verdict) fill(false);
    else columns.each((list) => list.draw());
    showBar();
  }

  /** Have the chosen one in sight: it came after the address that names it. */
  function showChosen() {
    if (sight.isShown && chosen.seq !== null) columns.each((list) => list.choose(chosen.seq));
  }

  function showBar() {
    bar.show(filter, { ...seen, verdict: marks.listBroken() });
  }

  function showCounts() {
    if (exchanges.isSettled || exchanges.all.length > 0) parts.showCounts(sum(), journal.countGone(scope));
    columns.showCounts();
    parts.showEmpty(exchanges.all.length > 0 ? null : findReason(exchanges));
  }

  function sum() {
    const counts = { matching: 0, total: 0 };
    columns.each(({ counts: { matching, total } }) => {
      counts.matching += matching;
      counts.total += total;
    });
    return counts;
  }

  return sight;
}

/** Tell why the page knows of no exchange: there is none, or the server is gone, or they may be on their way. */
function findReason({ state, isSettled }) {
  if (state === "lost") return "gone";
  return isSettled ? "nothing" : "unknown";
}

function makePause(changed) {
  const pause = { isOn: false, element: null };
  pause.element = h("button", { type: "button", "aria-pressed": "false", on: { click: toggle } }, "Pause");
  function toggle() {
    pause.isOn = !pause.isOn;
    pause.element.setAttribute("aria-pressed", String(pause.isOn));
    changed();
  }
  return pause;
}
