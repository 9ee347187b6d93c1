// Requests that change something: sent once, and told of in the notes.

import { h } from "../base/dom.mjs";
import { makeListeners } from "../base/listeners.mjs";
import { send } from "../server/api.mjs";
import { tell, tellError, tellWaiting } from "./notes.mjs";

/** So long an answer may take before it is said that there is none yet. */
const LONG_MS = 5000;

/** Tells of everything that this page has changed. */
export const changes = makeListeners();

/**
 * Send a request to the control plane; say what came of it.
 *
 * @param {{method: string, path: string, body?: object}} request What to send.
 * @param {string | ((answer: object) => string)} done What to say when it has happened.
 * @returns {Promise<object|null|undefined>} The answer, or undefined if it was refused.
 */
export async function perform(request, done) {
  let stopWaiting = () => {};
  const timer = setTimeout(() => {
    stopWaiting = tellWaiting();
  }, LONG_MS);
  try {
    const answer = await send(request.method, request.path, request.body);
    tell(typeof done === "function" ? done(answer) : done);
    changes.call();
    return answer;
  } catch (error) {
    tellError(error);
    return undefined;
  } finally {
    clearTimeout(timer);
    stopWaiting();
  }
}

/** Make a button that does something, and can be pressed again when that is done. */
export function makeButton(text, act, attributes = {}) {
  const button = h("button", { type: "button", ...attributes, on: { click: press } }, text);
  async function press(event) {
    if (button.getAttribute("aria-disabled") === "true") return;
    // A disabled button would lose the focus.
    button.setAttribute("aria-disabled", "true");
    try {
      await act(event);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }
  return button;
}
