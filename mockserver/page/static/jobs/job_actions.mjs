// What can be done to a job: buttons, and the same as commands.

import { h } from "../base/dom.mjs";
import { renderText } from "../base/literals.mjs";
import { isFinal, STATES } from "../common/job_states.mjs";
import { makeButton, perform } from "../parts/actions.mjs";
import { makeControlCommands, refreshCommands, showCommands } from "../parts/commands.mjs";
import { encodeName } from "../server/api.mjs";
import { shortenId } from "./job_words.mjs";

const GOING = STATES.filter((state) => !isFinal(state));
const USUAL_ERROR = "The request failed.";

/** Each action: its button, in which states it is offered, what is sent, and how a test says it. */
const ACTIONS = [
  {
    name: "complete",
    text: "Complete",
    states: GOING,
    body: () => ({ state: "COMPLETED" }),
    test: (id) => `segmock.complete(${id})`,
  },
  {
    name: "fail",
    text: "Fail",
    states: GOING,
    hasError: true,
    body: (error) => ({ state: "FAILED", error }),
    test: (id, error) => `segmock.fail(${id}, ${renderText(error)})`,
  },
  { name: "start", text: "Start processing", states: ["QUEUED"], body: () => ({ state: "PROCESSING" }) },
  {
    name: "stall",
    text: "Stall",
    states: GOING,
    isForGoing: true,
    body: () => ({ stall: true }),
    test: (id) => `segmock.stall(${id})`,
  },
  {
    name: "expire",
    text: "Expire",
    states: STATES,
    kind: "danger",
    body: () => ({ expire: true }),
    test: (id) => `segmock.expire(${id})`,
  },
];

/**
 * Make the actions of a job.
 *
 * @param {string} id The job's id.
 * @param {(document: object) => void} take Takes the job as it is after an action.
 * @returns {{element: Element, update: (life: object) => void}} `update` offers what is possible.
 */
export function makeJobActions(id, take) {
  const heading = h("h3", { tabindex: "-1" }, "Actions");
  const none = h("p", { class: "faint" }, "It has expired: nothing can be done to it any more.");
  const rows = ACTIONS.map((action) => ({ action, element: makeAction(action, id, take) }));
  const elements = rows.map((row) => row.element);
  const element = h("section", { class: "job-actions", "aria-label": "Actions" }, heading, none, elements);

  function update({ state, isStalled }) {
    const focused = document.activeElement;
    for (const { action, element: row } of rows) {
      row.hidden = !action.states.includes(state) || (isStalled && Boolean(action.isForGoing));
      // A button that goes away would take the focus with it.
      if (row.hidden && row.contains(focused)) heading.focus({ preventScroll: true });
    }
    none.hidden = rows.some(({ element: row }) => !row.hidden);
  }

  return { element, update };
}

function makeAction(action, id, take) {
  const path = `/_mock/jobs/${encodeName(id)}`;
  const field = action.hasError
    ? h("input", { type: "text", value: USUAL_ERROR, "aria-label": "Error text", on: { input: () => refreshCommands(commands) } })
    : null;
  const readError = () => field?.value;
  const makeRequest = () => ({ method: "PATCH", path, body: action.body(readError()) });
  const button = makeButton(action.text, run, { "data-action": action.name, class: action.kind });
  const commands = showCommands(() =>
    makeControlCommands({ ...makeRequest(), pytest: action.test?.(renderText(id), readError()) }));

  async function run() {
    const answer = await perform(makeRequest(), (job) => sayDone(action, job));
    if (answer) take(answer);
  }

  return h("div", { class: "job-action" }, h("div", { class: "bar" }, button, field), commands);
}

function sayDone({ name }, { request_id: id, state }) {
  const job = `Job ${shortenId(id)}`;
  if (name === "expire") return `${job} has expired.`;
  return name === "stall" ? `${job} stays ${state}.` : `${job} is ${state} now.`;
}
