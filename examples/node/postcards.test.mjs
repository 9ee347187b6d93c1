// node --test, with fetch, against a server of its own: clients/node says how that is found.

import assert from "node:assert/strict";
import { test } from "node:test";

import { segmock } from "../../clients/node/node-test.js"; // "segmock/node-test", once installed
import { postcard } from "./postcards.mjs";

// Each test has an account, and with it a world, of its own: they could all run at once. When it is
// over it fails if the client broke a rule, or if a fault never struck.

test("a postcard is a picture and is paid for once", async (t) => {
  const account = await segmock(t);
  const card = await postcard({ ...account, motif: "a lighthouse", pollMs: 1 });
  assert.equal(card.bytes.subarray(1, 4).toString(), "PNG");
  const { ledger } = await account.read();
  assert.deepEqual(ledger.map((entry) => entry.amount), [card.cost]);
});

test("a failed run, which is a 422, is told in the gateway's words", async (t) => {
  const account = await segmock(t);
  const failure = { state: "FAILED", error: "Too ugly." };
  await account.faults.add({ on: "submit", do: failure });
  await assert.rejects(postcard({ ...account, motif: "a car park", pollMs: 1 }), /Too ugly/);
});

test("a reset connection and a 503 page while polling do no harm", async (t) => {
  const account = await segmock(t);
  const hiccups = [{ reset: true }, { status: 503, body: "html" }];
  await account.faults.add({ on: "status", do: hiccups });
  await postcard({ ...account, motif: "a storm", pollMs: 1 });
});

test("a lost answer is not asked for again", async (t) => {
  const account = await segmock(t);
  await account.faults.add({ on: "submit", do: { close: true }, when: "after" });
  await assert.rejects(postcard({ ...account, motif: "a bottle", pollMs: 1 }));
  assert.equal((await account.jobs()).length, 1);
});

test("an empty wallet is told of", async (t) => {
  const account = await segmock(t, { credits: 0 });
  await assert.rejects(postcard({ ...account, motif: "a coin", pollMs: 1 }), /credits/i);
});
