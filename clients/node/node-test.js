// For node:test: an account for a test, which fails at its end if the client broke a rule.

import { identifyTest } from "./lib/audit.js";
import { openJudged, requireContext } from "./lib/judge.js";

export async function segmock(t, options) {
  requireContext(t, "after");
  const test = identifyTest(t.filePath ?? process.argv[1], t.fullName ?? t.name);
  const tellsEnd = typeof t.passed === "boolean"; // from Node 20.12 on
  const { account, judge } = await openJudged(options, segmock, test, tellsEnd);
  const tell = (text) => text.split("\n").forEach((line) => t.diagnostic(line));
  t.after(() => judge(t.passed, tell));
  return account;
}
