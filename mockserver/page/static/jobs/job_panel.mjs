// A job in the panel: what it is, what it went through, and what can be done to it.

import { h, replace } from "../base/dom.mjs";
import { goTo } from "../exchange/exchange.mjs";
import { showJson } from "../parts/json_view.mjs";
import { makeLink } from "../parts/links.mjs";
import { tellError } from "../parts/notes.mjs";
import { holdToRefusal } from "../server/api.mjs";
import { makeJobActions } from "./job_actions.mjs";
import { makeJobFacts } from "./job_facts.mjs";
import { listKnownHistory, makeJobHistory } from "./job_history.mjs";
import { describeLife } from "./job_life.mjs";
import { shortenId } from "./job_words.mjs";

const IS_GONE = "The control plane has this job no longer. This is what the page has seen of it:";

/**
 * Make what shows jobs in the panel.
 *
 * @param {object} context The context of the page.
 * @param {object} jobs `store`, `polls` and `readNow`, as the view has them.
 * @param {(id: string|null) => void} whenShown Called when a job is shown, and with null when none is any more.
 */
export function makeJobPanel(context, { store, polls, readNow }, whenShown) {
  let wanted = null;
  let shown = null;

  /** Show a job; it is asked for if the page does not know it. */
  async function open(id) {
    wanted = id;
    if (shown && isSameId(shown.id, id)) return;
    const job = await findJob(id);
    if (job === undefined || wanted !== id || (shown && isSameId(shown.id, id))) return;
    const content = job ? makeContent(job) : { id, element: showMissing(id), update: () => {} };
    if (shown) shown.isReplaced = true;
    const title = job ? `${job.model} · ${shortenId(job.id)}` : "No such job";
    context.panel.open(title, content.element, () => leave(content));
    shown = content;
    whenShown(content.id);
    content.update();
  }

  async function findJob(id) {
    try {
      return store.find(id) ?? store.find((await store.ask(id)).request_id);
    } catch (error) {
      holdToRefusal(error);
      if (error.isGone) return null;
      tellError(error);
      return undefined;
    }
  }

  function leave(content) {
    content.isClosed = true;
    if (shown === content) shown = null;
    if (!content.isReplaced) {
      wanted = null;
      whenShown(null);
    }
  }

  /** Show an exchange in the place of a job, and the job again when it is closed. */
  async function openExchange(content, seq) {
    content.isReplaced = true;
    const back = () => setTimeout(() => wanted === content.id && open(content.id));
    await goTo(context, seq, { whenClosed: back });
    if (!content.isClosed) content.isReplaced = false;
  }

  function makeContent(first) {
    let job = first;
    const content = { id: job.id, element: null, update };
    const facts = makeJobFacts();
    const actions = makeJobActions(job.id, store.put);
    const history = makeJobHistory((seq) => openExchange(content, seq));
    const outputs = h("p", {}, makeLink(context.address, "outputs", { request_id: job.id }, "Outputs of this job"));
    const gone = h("p", { class: "warn", role: "status", tabindex: "-1", hidden: true });
    let asked = "";
    content.element = [gone, facts.element, outputs, actions.element, showParameters(job), history.element];

    function update() {
      // After a reset the same id may be that of another job.
      const known = store.find(job.id);
      job = known ?? job;
      showGone(!known);
      const life = describeLife(job, readNow(job.account));
      const count = polls.of(job.id).length;
      facts.update(life, count);
      actions.update(life);
      outputs.hidden = life.state !== "COMPLETED";
      const version = `${job.version} ${life.state} ${count}`;
      if (version === asked) return;
      asked = version;
      loadHistory(life);
    }

    /** Say that what is shown was, or take that back. */
    function showGone(isGone) {
      if (isGone === (gone.textContent !== "")) return;
      replace(gone, isGone && "The server does not know this job any more: it was reset, or is another one. The job was:");
      gone.hidden = !isGone;
      // A button that goes away would take the focus with it.
      if (isGone && actions.element.contains(document.activeElement)) gone.focus({ preventScroll: true });
      actions.element.hidden = isGone;
    }

    async function loadHistory({ state, now }) {
      try {
        if (state !== "EXPIRED") return history.show((await store.ask(job.id)).history);
      } catch (error) {
        holdToRefusal(error);
      }
      return history.show(listKnownHistory(job, now, context.exchanges.all), IS_GONE);
    }

    return content;
  }

  return {
    open,
    /** Show the job that the address names, if it is not the one that was asked for last. */
    read(id) {
      if (id === wanted) return;
      if (id !== null) return void open(id);
      wanted = null;
      if (shown) context.panel.close();
    },
    /** Show the job as it is now. */
    update: () => shown?.update(),
    /** Have no job shown any more when whatever is in the panel is closed. */
    forget() {
      wanted = null;
      if (shown) shown.isReplaced = true;
      shown = null;
    },
  };
}

function isSameId(one, other) {
  return one.replaceAll("-", "").toLowerCase() === other.replaceAll("-", "").toLowerCase();
}

function showMissing(id) {
  return h("p", {}, "There is no job ", h("code", {}, id), ": it was never submitted, or has expired since.");
}

function showParameters({ document: { params, unknown_params: unknown } }) {
  const names = unknown.map((name, index) => [index > 0 && ", ", h("code", {}, name)]);
  return h(
    "section",
    { "aria-label": "Parameters" },
    h("h3", {}, "Parameters"),
    unknown.length > 0 &&
      h("p", { class: "warn" }, "Its contract does not know ", names, ": passed on, or a typing error."),
    showJson(params),
  );
}
