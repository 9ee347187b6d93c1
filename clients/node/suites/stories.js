// Tests that pass and tests that fail, for a framework with a helper of its own: what is printed of
// them is held to what Python says of the same accounts, whose keys are told as they come.

import { askEarly, showKey, submit } from "./client.js";

/**
 * @param {(name: string, body: (t: object) => Promise<void>) => void} test Declares a test.
 * @param {(t: object, options: object) => Promise<object>} segmock Makes its account.
 */
export function declare(test, segmock) {
  const story = (name, options, body) =>
    test(name, async (t) => {
      const account = await segmock(t, options);
      console.log(`account of ${name}: ${account.apiKey}`);
      await body(account);
    });
  story("passes", { credits: 3 }, async (account) => {
    await submit(account);
    if ((await account.read()).credits !== 3) throw new Error("that is not what it was given");
  });
  story("passes with advice", {}, askEarly);
  story("passes for it is held to nothing", { strict: false }, showKey);
  story("violates a rule", {}, showKey);
  story("is held to advice", { strict: "should" }, askEarly);
  story("leaves a fault idle", {}, async (account) => {
    await account.faults.add({ on: "status", do: { status: 503, body: "html" }, times: 2 });
    await submit(account);
  });
  story("fails by itself", {}, async (account) => {
    await account.faults.add({ on: "status", do: { status: 503 } });
    await showKey(account);
    throw new Error("its own words");
  });
}
