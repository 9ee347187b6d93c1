// Read by tsc alone: the context of Vitest is what the helper takes.

import { test } from "vitest";

import { segmock } from "segmock/vitest";

test("the context of Vitest", async (t) => {
  const account = await segmock(t, { credits: 1, strict: "should" });
  await account.clock.advance(1);
});

test.concurrent("and of tests that run at once", async ({ onTestFinished, task }) => {
  await segmock({ onTestFinished, task });
});
