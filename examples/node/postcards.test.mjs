// node --test, with fetch, against a server of its own: segmock.mjs says how that is started.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { postcard } from "./postcards.mjs";
import { start } from "./segmock.mjs";

let server;
before(async () => (server = await start()));
after(() => server?.stop());

// Each test has an account, and with it a world, of its own: they could all run at once.

test("a postcard is a picture and is paid for once", async () => {
  const account = await server.account();
  const card = await postcard({ ...account, motif: "a lighthouse", pollMs: 1 });
  assert.equal(card.bytes.subarray(1, 4).toString(), "PNG");
  const { ledger } = await account.read();
  assert.deepEqual(ledger.map((entry) => entry.amount), [card.cost]);
  await account.check();
});

test("a failed run, which is a 422, is told in the gateway's words", async () => {
  const account = await server.account();
  const failure = { state: "FAILED", error: "Too ugly." };
  await account.addFault({ on: { route: "submit" }, do: failure });
  await assert.rejects(postcard({ ...account, motif: "a car park", pollMs: 1 }), /Too ugly/);
});

test("a reset connection and a 503 page while polling do no harm", async () => {
  const account = await server.account();
  const hiccups = [{ reset: true }, { status: 503, body: "html" }];
  await account.addFault({ on: { route: "status" }, do: hiccups });
  await postcard({ ...account, motif: "a storm", pollMs: 1 });
  await account.check();
});

test("a lost answer is not asked for again", async () => {
  const account = await server.account();
  await account.addFault({ on: { route: "submit" }, do: { close: true }, when: "after" });
  await assert.rejects(postcard({ ...account, motif: "a bottle", pollMs: 1 }));
  assert.equal((await account.jobs()).length, 1);
});

test("an empty wallet is told of", async () => {
  const account = await server.account({ credits: 0 });
  await assert.rejects(postcard({ ...account, motif: "a coin", pollMs: 1 }), /credits/i);
});
