// Jobs of one account, or of all, as rows on an axis of their own.

import { h } from "../base/dom.mjs";
import { makeWindowedList } from "../parts/windowing.mjs";
import { makeAxis } from "./job_axis.mjs";
import { describeLife } from "./job_life.mjs";
import { makeJobRow } from "./job_rows.mjs";
import { layOutAxis } from "./timeline.mjs";

const ROW_PX = 46;
const NARROW_ROW_PX = 72;
/** A list that is no wider has its labels above the bars. */
const NARROW_PX = 620;
const GAP_PX = 80;
const MOST_FOR_GAP = 0.2;

/**
 * Make a list of jobs.
 *
 * Its axis is laid out for the jobs in sight, so that each has room, however many there are.
 *
 * @param {object} options `label` names it, `accounts` says whose jobs it has, none for all; `polls`
 *   has the polls of jobs, `readNow(account, at)` the present, `open(job)` is called when somebody
 *   chooses one.
 */
export function makeJobList({ label, accounts, polls, readNow, open }) {
  const axis = makeAxis();
  const list = makeWindowedList({ label, headings: axis.element, makeRow, findVersion, open, prepare });
  const counts = { matching: 0, total: 0 };
  const isOurs = ({ account }) => accounts.length === 0 || accounts.includes(account);
  const hasAccount = accounts.length !== 1;
  let jobs = [];
  let places = new Map();
  let lives = new Map();
  let layout = { stretches: [], width: 0 };
  let signature = "";
  let width = 0;

  const sizes = new ResizeObserver(() => {
    const isNarrow = list.element.clientWidth <= NARROW_PX;
    list.element.classList.toggle("is-stacked", isNarrow);
    list.setRowHeight(isNarrow ? NARROW_ROW_PX : ROW_PX);
  });
  sizes.observe(list.element);
  list.element.classList.add("job-list");
  list.element.classList.toggle("has-accounts", hasAccount);

  /** Lay out the axis for the rows that are about to be shown. */
  function prepare(from, to) {
    const some = jobs.slice(from, to);
    const at = performance.now();
    lives = new Map(some.map((job) => [job.seq, describeLife(job, readNow(job.account, at))]));
    width = axis.element.querySelector(".job-axis-marks").clientWidth;
    const gap = width > 0 ? Math.min(MOST_FOR_GAP, GAP_PX / width) : MOST_FOR_GAP;
    const stretches = layOutAxis([...lives.values()], some.flatMap((job) => polls.of(job.id)), gap);
    const nows = [...new Set([...lives.values()].map(({ now }) => Math.round(now)))];
    layout = { stretches, width, nows };
    const next = JSON.stringify(layout);
    if (next === signature) return;
    signature = next;
    axis.show(layout);
  }

  function makeRow(job) {
    return makeJobRow(lives.get(job.seq), polls.of(job.id), layout, hasAccount);
  }

  function findVersion(job) {
    const { state, isStalled } = lives.get(job.seq);
    return `${signature}\n${job.version} ${state} ${isStalled} ${polls.of(job.id).length}`;
  }

  /** Have those of these jobs that get through a filter, newest first. */
  function fill(some, isWanted) {
    const ours = some.filter(isOurs);
    jobs = ours.filter(isWanted).toSorted((one, other) => other.submittedAt - one.submittedAt || other.seq - one.seq);
    places = new Map(jobs.map(({ seq }, index) => [seq, index]));
    Object.assign(counts, { matching: jobs.length, total: ours.length });
    list.show({ count: jobs.length, at: (index) => jobs[index], indexOf: (seq) => places.get(seq) ?? -1 });
  }

  return {
    element: h("div", { class: "list" }, list.element),
    counts,
    fill,
    show: list.draw,
    draw: list.draw,
    choose: list.choose,
    stop: () => sizes.disconnect(),
  };
}
