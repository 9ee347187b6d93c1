// A run that this page makes, as any client would: submitted, polled until it ends, and shown.

import { h, replace } from "../base/dom.mjs";
import { isFinal } from "../common/job_states.mjs";
import { makeButton, perform } from "../parts/actions.mjs";
import { makeLink } from "../parts/links.mjs";
import { ApiError, ask, encodeName, get, holdToRefusal, readBody } from "../server/api.mjs";
import { makeKeyHeaders } from "../server/page_key.mjs";
import { showResult } from "./run_result.mjs";

const POLL_MS = 2000;
const LOOK_MS = 1000;
const FIRST_REFUSAL = 400;

/**
 * Make a run.
 *
 * @param {object} context The context of the page.
 * @param {{slug: string, version: string, key: string, body: any}} wanted What to run.
 * @param {(reason: string) => void} showProblem Shows why the server refuses it.
 */
export function makeRun(context, wanted, showProblem) {
  const { slug, version, key, body } = wanted;
  const stopping = new AbortController();
  const bell = makeBell();
  const parts = makeParts(context, (account) => moveToNext(account).then(bell.ring));
  const { signal } = stopping;
  const seqBefore = context.exchanges.all.at(-1)?.seq ?? 0;
  const watch = watchExchange(context, `/${version}/${slug}`, seqBefore, parts.showExchange);

  function call(method, path, content) {
    const headers = { ...makeKeyHeaders(key), ...(content === undefined ? {} : { "content-type": "application/json" }) };
    return ask(path, { method, headers, body: content && JSON.stringify(content), isData: true, signal });
  }

  async function submit() {
    parts.tell(version === "v1" ? "Waiting for the answer …" : "Submitting …");
    try {
      const response = await call("POST", `/${version}/${encodeURIComponent(slug)}`, body ?? null);
      if (version === "v1") await showAnswer(response);
      else follow(await readBody(response, "json")).catch(showEnd);
    } catch (error) {
      if (!(error instanceof ApiError)) return showEnd(error);
      parts.tell(describeRefusal(error));
      showProblem(error.words);
    }
    return undefined;
  }

  async function showAnswer(response) {
    const id = response.headers.get("x-request-id");
    parts.tell(`Answered with ${response.status}.`);
    if (id) parts.showJob(id);
    parts.showResult(await showResult(response));
  }

  /** Poll the job until it ends, and show its result. */
  async function follow({ request_id: id, status }) {
    if (typeof id !== "string") throw new ApiError(0, "The answer names no request_id");
    parts.showJob(id);
    const { account } = await get(`/_mock/jobs/${encodeName(id)}`);
    let state = status;
    for (;;) {
      parts.tell(state ? `It is ${state}.` : "The answer named no state.");
      if (isFinal(state)) break;
      await waitForPoll(id, account, state);
      signal.throwIfAborted();
      const answer = await call("GET", `/v2/requests/${encodeURIComponent(id)}/status`);
      ({ status: state } = await readBody(answer, "json"));
    }
    parts.showNext(null);
    parts.showResult(await showResult(await call("GET", `/v2/requests/${encodeURIComponent(id)}`)));
  }

  /** Wait as long as it makes sense: polls tell nothing new while a clock stands still. */
  async function waitForPoll(id, account, state) {
    for (;;) {
      const { mode } = await get("/_mock/clock", { api_key: account });
      const isFrozen = mode === "frozen";
      parts.showNext(account, isFrozen);
      if ((await bell.wait(isFrozen ? LOOK_MS : POLL_MS)) || !isFrozen || signal.aborted) return;
      if ((await findState(id)) !== state) return;
    }
  }

  function showEnd(error) {
    parts.showNext(null);
    parts.tell(isRefusal(error) ? `It ended with ${error.status}.` : "It is not followed any longer.");
    if (error.name === "AbortError") return;
    holdToRefusal(error);
    showProblem(error.words);
  }

  return {
    element: parts.element,
    submit,
    stop() {
      stopping.abort();
      watch();
      bell.ring();
    },
  };
}

function isRefusal({ status }) {
  return status >= FIRST_REFUSAL;
}

/** Say what came of a submission: an answer that does not arrive whole says nothing of what was done. */
function describeRefusal(error) {
  return isRefusal(error) ? `Refused with ${error.status}.` : "No answer that can be read: it may run all the same.";
}

/** Return the state of a job as the control plane has it, which leaves no trace; null if it is gone. */
async function findState(id) {
  try {
    return (await get(`/_mock/jobs/${encodeName(id)}`)).state;
  } catch (error) {
    if (!error.isGone) throw error;
    return null;
  }
}

/** Move on the clock that an account goes by: the default one, unless it has its own by now. */
async function moveToNext(account) {
  const [own, common] = await Promise.all([get("/_mock/clock", { api_key: account }), get("/_mock/clock")]);
  const isCommon = own.mode === "frozen" && own.mode === common.mode && own.now_utc === common.now_utc;
  const body = { to_next: true, ...(isCommon ? {} : { api_key: account }) };
  await perform({ method: "PATCH", path: "/_mock/clock", body }, ({ fired }) => `Jobs that changed: ${fired.length}.`);
}

/** Make what ends a wait early: `wait` resolves to whether it did. */
function makeBell() {
  let wake = () => {};
  return {
    ring: () => wake(true),
    wait: (delay_ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, delay_ms, false);
        wake = (isRung) => {
          clearTimeout(timer);
          resolve(isRung);
        };
      }),
  };
}

function makeParts({ address }, moveOn) {
  const told = h("p", { class: "run-state", role: "status" });
  const next = h("div", { class: "run-next", hidden: true });
  const job = h("span", {});
  const exchange = h("span", {});
  const result = h("div", {});
  const element = h("section", { class: "run-shown", "aria-label": "The run" }, told, h("p", { class: "bar small" }, job, exchange), next, result);
  let shown = "";

  function showNext(account, isFrozen) {
    const state = account === null ? "" : String(isFrozen);
    if (state === shown) return;
    shown = state;
    next.hidden = account === null;
    const words = isFrozen ? "Its clock stands still: nothing happens until somebody moves it." : "It takes as long as its clock says.";
    replace(next, account && [h("p", { class: "small" }, words), makeButton("To the next change of a job", () => moveOn(account), { class: "small" })]);
  }

  return {
    element,
    showNext,
    tell: (text) => replace(told, text),
    showJob: (id) =>
      replace(job, makeLink(address, "jobs", { job: id }, "Its job"), " · ", makeLink(address, "outputs", { request_id: id }, "its outputs")),
    showExchange: (seq) => replace(exchange, makeLink(address, "live", { exchange: String(seq) }, `Exchange #${seq}`)),
    showResult: (content) => replace(result, content),
  };
}

/** Wait for the exchange in which a run was submitted. */
function watchExchange({ exchanges }, path, seqBefore, show) {
  const stop = exchanges.added.add((some) => {
    const found = some.find((each) => each.seq > seqBefore && each.method === "POST" && each.path === path);
    if (!found) return;
    stop();
    show(found.seq);
  });
  return stop;
}
