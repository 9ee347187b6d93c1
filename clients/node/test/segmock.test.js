// What segmock.mjs promises to tests: node --test.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { start } from "./segmock.mjs";

let server;
before(async () => (server = await start()));
after(() => server?.stop());

const submit = ({ url, apiKey }, prompt) =>
  fetch(`${url}/v2/ideogram-3`, {
    method: "POST",
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    body: JSON.stringify({ prompt }),
  });

test("check tells which rule was broken, by which exchanges, and why it matters", async () => {
  const account = await server.account();
  await account.addFault({ on: { route: "submit" }, do: { close: true }, when: "after", times: 1 });
  await assert.rejects(submit(account, "A bottle"));
  await submit(account, "A bottle");
  await assert.rejects(account.check(), /resubmitted-after-lost-answer \(exchanges \d+,\d+\): .*paid for/);
});

test("check tells of a fault that never struck", async () => {
  const account = await server.account();
  const { id } = await account.addFault({ do: { status: 503 } });
  await assert.rejects(account.check(), new RegExp(`${id} never struck: .*503`));
});

test("calls without a key, or with a wrong one, are no account's and can be looked at", async () => {
  const before = await server.account();
  await submit({ ...before, apiKey: `${before.apiKey.slice(0, -4)}oops` }, "A thimble");
  await fetch(`${server.url}/v2/ideogram-3`, { method: "POST", headers: { authorization: "Bearer a" } });
  assert.deepEqual(await before.requests(), []);
  const told = (await before.stray()).map(({ status, api_key }) => [status, api_key]);
  assert.deepEqual(told.slice(0, 2), [[200, "...oops"], [401, null]]);
  await before.addFault({ do: { status: 503 } });
  await assert.rejects(before.check(), /never struck(.|\n)*with key ...oops\n.*401 without a key/);
  assert.deepEqual(await (await server.account()).stray(), []); // it is about what came since
});

test("a mistake in a rule is told, with what is wrong", async () => {
  const account = await server.account();
  await assert.rejects(account.addFault({ do: { statuss: 503 } }), /statuss/);
});

test("accounts know nothing of each other", async () => {
  const [mine, other] = [await server.account(), await server.account({ plan: "free" })];
  await submit(mine, "A thimble");
  assert.equal((await mine.jobs()).length, 1);
  assert.deepEqual(await other.requests(), []);
  assert.equal((await other.read()).plan, "free");
});

test("the clock of an account moves when it is told to", async () => {
  const account = await server.account();
  const job = await (await submit(account, "A thimble")).json();
  await account.moveClock({ advance_s: 3601 });
  const answer = await fetch(job.status_url, { headers: { "x-api-key": account.apiKey } });
  assert.equal(answer.status, 404);
});

test("a server that runs already is taken, and not stopped", async () => {
  const taken = await start({ url: `${server.url}/` });
  await taken.stop();
  assert.equal((await submit(await taken.account(), "A thimble")).status, 200);
});

test("a server that does not come up is told of", async () => {
  await assert.rejects(start({ flags: ["--clock", "warp"] }), /ended before it served/);
});

test("a server that wants a token is spoken to with the one of the environment", async () => {
  const guarded = await withVariable("SEGMOCK_ADMIN_TOKEN", "a-token", async () => {
    const started = await start();
    await started.account();
    return started;
  });
  await assert.rejects(guarded.account(), /token/i);
  await guarded.stop();
});

test("a command that is not there is told of", () =>
  withVariable("SEGMOCK_COMMAND", "no-such-segmock", () =>
    assert.rejects(start(), /no-such-segmock ENOENT: .*[Aa]ctivate.*SEGMOCK_COMMAND.*SEGMOCK_URL/),
  ));

/** Call a function while a variable of the environment is set. */
async function withVariable(name, value, call) {
  const before = process.env[name];
  process.env[name] = value;
  try {
    return await call();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}
