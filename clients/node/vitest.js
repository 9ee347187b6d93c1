// For Vitest: an account for a test, which fails at its end if the client broke a rule.

import { identifyTest } from "./lib/audit.js";
import { openJudged, requireContext } from "./lib/judge.js";

export async function segmock(t, options) {
  requireContext(t, "onTestFinished");
  const { account, judge } = await openJudged(options, segmock, identify(t.task));
  t.onTestFinished(() => judge(t.task.result?.state !== "fail", console.error));
  return account;
}

function identify(task) {
  const names = [];
  for (let each = task; each?.name && each !== task.file; each = each.suite) names.unshift(each.name);
  return identifyTest(task.file?.filepath, names.join(" > "));
}
