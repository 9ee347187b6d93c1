import { expect, test } from "vitest";

import { segmock } from "segmock/vitest";

import { submit } from "../client.js";

const CREDITS = [1, 2, 3];

test.concurrent.for(CREDITS)("tests that run at once have an account each: %d", async (credits, t) => {
  const account = await segmock(t, { credits });
  await submit(account);
  expect((await account.jobs()).length).toBe(1);
  expect((await account.read()).credits).toBe(credits);
});

let attempts = 0;
test("an attempt that failed is not held against the next", { retry: 1 }, async (t) => {
  const account = await segmock(t);
  await account.faults.add({ on: "submit", do: { status: 503 } });
  expect(attempts++).toBe(1);
  await submit(account);
});

test("the context cannot be left out", async () => {
  await expect(segmock({ credits: 1 })).rejects.toThrow(/needs the context of the test/);
});
