// For Vitest: an account for a test, which fails at its end if the client broke a rule.

import { openJudged, requireContext } from "./lib/judge.js";

export async function segmock(t, options) {
  requireContext(t, "onTestFinished");
  const { account, judge } = await openJudged(options, segmock);
  t.onTestFinished(() => judge(t.task.result?.state !== "fail", console.error));
  return account;
}
