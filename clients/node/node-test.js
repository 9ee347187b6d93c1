// For node:test: an account for a test, which fails at its end if the client broke a rule.

import { openJudged, requireContext } from "./lib/judge.js";

export async function segmock(t, options) {
  requireContext(t, "after");
  const { account, judge } = await openJudged(options, segmock);
  const tell = (text) => text.split("\n").forEach((line) => t.diagnostic(line));
  t.after(() => judge(t.passed, tell)); // `passed` is there from Node 20.12 on
  return account;
}
