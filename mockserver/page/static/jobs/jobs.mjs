// Jobs as lines of time: queued, processing, done, failed, expired.

import { h, replace } from "../base/dom.mjs";
import { inflect } from "../base/text.mjs";
import { makeClocks } from "../clock/account_clocks.mjs";
import { makeColumns, renderCounts } from "../parts/columns.mjs";
import { makeFilterBar } from "../parts/filter_bar.mjs";
import { makeRefresh } from "../parts/refresh.mjs";
import { makeJobMessage } from "./job_empty.mjs";
import { LISTS, makeMatcher, readFilter } from "./job_filters.mjs";
import { makeLegend } from "./job_legend.mjs";
import { makeJobList } from "./job_list.mjs";
import { makeJobPanel } from "./job_panel.mjs";
import { makePolls } from "./job_polls.mjs";
import { makeJobs, MOST_KEPT } from "./jobs_store.mjs";
import { makeJobsSync } from "./jobs_sync.mjs";

const TICK_MS = 1000;

/** Make the view of jobs. */
export function makeJobsView(context) {
  const { address, exchanges, scope } = context;
  const { readNow, ...clocks } = makeClocks();
  const store = makeJobs();
  const polls = makePolls(exchanges);
  const sync = makeJobsSync(store, { ...clocks, readNow }, exchanges);
  const panel = makeJobPanel(context, { store, polls, readNow }, whenShown);
  const filters = makeFilterBar((changes) => address.set(changes), LISTS, "Id, model, parameter, error …");
  const columns = makeColumns((accounts, name) =>
    makeJobList({ label: `Jobs${name}`, accounts, polls, readNow, open: (job) => panel.open(job.id) }));
  const count = h("p", { class: "faint number count" }, "Loading …");
  const message = makeJobMessage(context, filters.clear);
  const element = h(
    "section",
    { class: "jobs", "aria-labelledby": "jobs-title" },
    h("div", { class: "view-head" }, h("h1", { id: "jobs-title" }, "Jobs"), count, makeLegend()),
    filters.element,
    message.element,
    columns.element,
  );
  const refresh = makeRefresh(exchanges, () => Promise.all([polls.load(), sync.load()]), takeAll, message.showError);
  let filter = readFilter(address.query);
  let arranged = null;
  let isLoaded = false;
  let isShown = false;
  let timer = null;
  store.changed.add(() => isShown && draw());
  // Polls are shown as they come, and what they say of jobs when those are asked for.
  exchanges.added.add(() => isShown && drawRows());

  function takeAll() {
    isLoaded = true;
    draw();
  }

  /** Show those jobs that are wanted, as they are now. */
  function draw() {
    const inScope = store.all.filter(({ account }) => scope.has(account));
    const isWanted = makeMatcher(filter, readNow);
    const counts = { matching: inScope.filter(isWanted).length, total: inScope.length };
    filters.show(filter, { model: new Set(inScope.map(({ model }) => model)) });
    replace(count, isLoaded ? sayCount(counts) : "Loading …");
    columns.element.hidden = counts.matching === 0;
    if (isLoaded) message.show(counts);
    columns.each((list) => list.fill(inScope, isWanted));
    columns.showCounts();
    panel.update();
  }

  function sayCount(counts) {
    const most = sync.isFull() ? `; the page keeps no more than ${MOST_KEPT.toLocaleString("en")}` : "";
    return `${renderCounts(counts)} ${inflect("job", counts.total)}${most}`;
  }

  /** Show time going on, where it does. */
  function tick() {
    if (store.all.some(({ account }) => clocks.isRunning(account))) drawRows();
  }

  function drawRows() {
    columns.each((list) => list.draw());
    panel.update();
  }

  /** Have the address name the job that the panel shows. */
  function whenShown(id) {
    choose(id);
    if (isShown && (address.query.job ?? null) !== id) address.set({ job: id });
  }

  function choose(id) {
    const seq = store.find(id ?? "")?.seq ?? null;
    columns.each((list) => list.choose(seq));
  }

  function show(query) {
    filter = readFilter(query);
    isShown = true;
    if (arranged !== scope.chosen.join()) {
      arranged = scope.chosen.join();
      columns.arrange(scope.chosen);
      choose(query.job);
    }
    if (timer === null) {
      timer = setInterval(tick, TICK_MS);
      refresh.start();
    }
    draw();
    panel.read(query.job || null);
  }

  function hide() {
    isShown = false;
    clearInterval(timer);
    timer = null;
    refresh.stop();
    panel.forget();
  }

  return { element, show, hide };
}
