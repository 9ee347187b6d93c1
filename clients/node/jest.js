// For Jest, and what else has a global `afterEach`: an account for a test, which fails at its end if
// the client broke a rule.

import { identifyTest } from "./lib/audit.js";
import { SegmockError } from "./lib/control.js";
import { openJudged } from "./lib/judge.js";

const open = [];

if (typeof globalThis.afterEach !== "function") {
  const advice = "use segmock/node-test or segmock/vitest, or `await account.check()` of `start()`";
  throw new SegmockError(`segmock/jest needs a global afterEach, and there is none here: ${advice}`);
}

globalThis.afterEach(async () => {
  const judgements = open.splice(0).map((judge) => judge(true));
  const failed = (await Promise.allSettled(judgements)).find(({ reason }) => reason);
  if (failed) throw failed.reason;
});

export async function segmock(options) {
  const { testPath, currentTestName } = globalThis.expect?.getState?.() ?? {};
  const test = currentTestName && identifyTest(testPath, currentTestName);
  const { account, judge } = await openJudged(options, segmock, test, false);
  open.push(judge);
  return account;
}
