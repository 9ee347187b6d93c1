// What all helpers for frameworks do: an account for a test, and a judgement when it is over.

import { tellAudit } from "./audit.js";
import { SegmockError } from "./control.js";
import { start } from "./server.js";
import { ViolationError } from "./violation.js";

const SHARED = Symbol.for("segmock.server");

/** Refuse what is not the context of a test, of which this method is needed. */
export function requireContext(t, method) {
  if (typeof t?.[method] === "function") return;
  const advice = 'test("…", async (t) => { const account = await segmock(t, { credits: 1 }); … })';
  throw new SegmockError(`segmock needs the context of the test, with its ${method}: ${advice}`);
}

/**
 * Make an account for a test, on the server that all tests of this process share.
 *
 * @param {object} options `strict`, and what is said of the account.
 * @param {Function} caller The helper that the test has called: what is thrown points there.
 * @param {string} [test] The id of the test, which an audit is told.
 * @param {boolean} tellsEnd Whether it will be known how the test ends.
 */
export async function openJudged({ strict = true, ...fields } = {}, caller, test, tellsEnd = true) {
  const at = {};
  Error.captureStackTrace(at, caller);
  globalThis[SHARED] ??= start();
  const account = await (await globalThis[SHARED]).account(fields);
  const tellEnd = tellAudit(account.apiKey, test, tellsEnd);
  return {
    account,
    judge: async (hasPassed, tell) => {
      const error = await judge(account, strict, at.stack, hasPassed, tell).catch((it) => it);
      tellEnd(hasPassed && !error, error);
      if (error) throw error;
    },
  };
}

/**
 * Fail a test if its client broke a rule; of one that has failed, tell what its client asked.
 *
 * @param {object} account The test's account.
 * @param {boolean | "should"} strict What the client is held to.
 * @param {string} at A stack, whose calls are shown.
 * @param {boolean | undefined} hasPassed Whether the test itself has passed, where that is known.
 * @param {(text: string) => void} tell Shows something beside the test.
 */
async function judge(account, strict, at, hasPassed, tell) {
  if (hasPassed === false) {
    const { sections } = await account.report({ full: true });
    for (const { title, text } of sections) tell(`${title}\n${text}\n`);
    return;
  }
  const { violations } = await account.report({ strict });
  if (!violations.length) return;
  if (hasPassed === undefined) tell(violations.join("\n\n")); // a failure of its own would hide it
  throw new ViolationError(violations, at);
}
