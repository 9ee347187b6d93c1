// What an account promises to tests.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { SegmockError, start, ViolationError } from "segmock";

import { showKey, submit } from "../suites/client.js";

let server;
before(async () => (server = await start()));
after(() => server?.close());

test("check tells which rule was broken, by which exchanges, and why it matters", async () => {
  const account = await server.account();
  await account.faults.add({ on: "submit", do: { close: true }, when: "after", times: 1 });
  await assert.rejects(submit(account));
  await submit(account);
  const error = await account.check().catch((thrown) => thrown);
  assert.ok(error instanceof ViolationError);
  assert.match(error.message, /^segmock: MUST resubmitted-after-lost-answer: [^]*paid for[^]*#1 .*[^]*#2 /);
  assert.deepEqual(error.violations, [error.message]);
  assert.match(error.stack, /account\.test\.js/);
});

test("check tells of a fault that never struck", async () => {
  const account = await server.account();
  const { id } = await account.faults.add({ do: { status: 503 } });
  await assert.rejects(account.check(), new RegExp(`${id} never struck: .*503`));
  await account.check({ strict: false });
});

test("SHOULD rules are a matter of how strict a test is", async () => {
  const account = await server.account();
  const job = await (await submit(account)).json();
  await fetch(job.response_url, { headers: { "x-api-key": account.apiKey } });
  await account.check();
  await assert.rejects(account.check({ strict: "should" }), /SHOULD fetched-result-early/);
  assert.match((await account.report()).advice[0], /advice, SHOULD fetched-result-early/);
  await assert.rejects(account.check({ strict: "sould" }), /did you mean `should`/);
});

test("a silent client is told the address, and what came with keys of nobody's", async () => {
  const account = await server.account();
  await account.faults.add({ on: "status", do: { status: 503 } });
  await assert.rejects(account.check(), new RegExp(`nothing at all was asked; the server's root is ${server.url}`));
  await submit({ ...account, apiKey: "SG_of_nobody" });
  await assert.rejects(account.check(), /the server also saw POST \/v2\/ideogram-3 → 200 with key …body/);
});

test("calls without a key, or with a wrong one, are no account's and can be looked at", async () => {
  const account = await server.account();
  await submit({ ...account, apiKey: `${account.apiKey.slice(0, -4)}oops` });
  await fetch(`${server.url}/v2/ideogram-3`, { method: "POST", headers: { authorization: "Bearer a" } });
  assert.deepEqual(await account.requests(), []);
  const told = (await account.stray()).map(({ status, api_key }) => [status, api_key]);
  assert.deepEqual(told, [[200, "...oops"], [401, null]]);
  assert.deepEqual(await (await server.account()).stray(), []); // it is about what came since
});

test("faults are armed, listed and disarmed", async () => {
  const account = await server.account();
  const [first, second, third] = [
    await account.faults.add({ on: "submit", do: { status: 503, body: "html" }, times: 2 }),
    await account.faults.add({ on: { route: "status", model: "ideogram-3" }, do: [null, { reset: true }] }),
    await account.faults.add({ do: { status: 500 } }),
  ];
  assert.equal((await submit(account)).status, 503);
  const listed = (await account.faults.list()).map(({ id, hits, on }) => [id, hits, on?.route]);
  assert.deepEqual(listed, [[first.id, 1, "submit"], [second.id, 0, "status"], [third.id, 0, undefined]]);
  await account.faults.remove(second);
  await account.faults.remove(third.id);
  assert.equal((await account.faults.list()).length, 1);
  await account.faults.clear();
  assert.deepEqual(await account.faults.list(), []);
});

test("a mistake in a rule is told, with what is wrong", async () => {
  const account = await server.account();
  await assert.rejects(account.faults.add({ do: { statuss: 503 } }), /statuss/);
  await assert.rejects(account.faults.remove("f-none"), SegmockError);
});

test("accounts know nothing of each other", async () => {
  const [mine, other] = [await server.account(), await server.account({ plan: "free" })];
  await submit(mine);
  assert.equal((await mine.jobs()).length, 1);
  assert.deepEqual(await other.requests(), []);
  assert.equal((await other.read()).plan, "free");
  assert.equal((await other.configure({ credits: 0 })).credits, 0);
});

test("a field that is none is told, with where it belongs", async () => {
  await assert.rejects(server.account({ credit: 1 }), /credit/);
});

test("the clock of an account moves when it is told to", async () => {
  const account = await server.account();
  const job = await (await submit(account)).json();
  const states = (await account.clock.advance(3601)).map(({ state }) => state);
  assert.deepEqual(states, ["PROCESSING", "COMPLETED"]);
  const answer = await fetch(job.status_url, { headers: { "x-api-key": account.apiKey } });
  assert.equal(answer.status, 404);
  await account.clock.set("frozen", { utc: "2100-01-01T00:00:00Z" });
  const { mode, now_utc } = await account.clock.read();
  assert.deepEqual([mode, now_utc.slice(0, 10)], ["frozen", "2100-01-01"]);
  await assert.rejects(account.clock.advance(-1), /time cannot go back/);
});

test("the clock of an account goes to the next change of a job's state", async () => {
  const account = await server.account();
  await account.clock.set("frozen");
  const { request_id } = await (await submit(account)).json();
  for (const state of ["PROCESSING", "COMPLETED"]) {
    const fired = await account.clock.advanceToNext();
    assert.deepEqual(fired.map((each) => [each.request_id, each.state]), [[request_id, state]]);
  }
  await assert.rejects(account.clock.advanceToNext(), /no job will change its state/);
});

test("a job is stalled until it is brought to its end", async () => {
  const account = await server.account();
  const { request_id } = await (await submit(account)).json();
  const { state, stalled, planned } = await account.stall(request_id);
  assert.deepEqual([state, stalled, planned], ["QUEUED", true, []]);
  await account.clock.advance(60);
  assert.equal((await account.job(request_id)).state, "QUEUED");
  assert.equal((await account.complete(request_id)).state, "COMPLETED");
});

test("what becomes of a job is said", async () => {
  const account = await server.account();
  const ids = [];
  for (let n = 0; n < 3; n++) ids.push((await (await submit(account)).json()).request_id);
  assert.equal((await account.complete(ids[0])).state, "COMPLETED");
  assert.equal((await account.fail(ids[1], "Too ugly.")).error, "Too ugly.");
  await account.expire(ids[2]);
  assert.deepEqual((await account.jobs()).map(({ state }) => state), ["COMPLETED", "FAILED"]);
  assert.ok((await account.job(ids[0])).history.length > 2);
});

test("a reset brings an account back to what was first said of it", async () => {
  const account = await server.account({ credits: 7 });
  await account.faults.add({ do: { status: 503 } });
  await account.configure({ credits: 1 });
  await submit(account);
  await account.reset();
  assert.deepEqual(await account.requests(), []);
  assert.equal((await account.read()).credits, 7);
  await account.check();
});

test("an account that is closed is checked, and then forgotten", async () => {
  const account = await server.account();
  await showKey(account);
  await assert.rejects(account.close(), /MUST key-in-query/);
  assert.equal((await account.verdicts()).length, 1); // it is there, to be looked at
  await account.reset();
  await account[Symbol.asyncDispose]();
  await account.close();
  await assert.rejects(account.read(), /there is no account/);
});

test("more exchanges than a page has are all there", async () => {
  const account = await server.account();
  const ask = () => fetch(`${server.url}/v1/get-user-credits`, { headers: { "x-api-key": account.apiKey } });
  for (let n = 0; n < 21; n++) await Promise.all(Array.from({ length: 50 }, ask));
  assert.equal((await account.requests()).length, 1050);
});

test("a child process finds the account in its environment", async () => {
  const account = await server.account();
  const code = `
    const { SEGMIND_API_URL: url, SEGMIND_API_KEY: key, NO_PROXY } = process.env;
    fetch(url + "/v1/get-user-credits", { headers: { "x-api-key": key } })
      .then(({ status }) => console.log(status, NO_PROXY));`;
  const env = { ...process.env, ...account.env };
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", code], { env });
  assert.match(stdout, /^200 .*127\.0\.0\.1/);
  assert.equal((await account.requests()).length, 1);
  assert.equal(account.env.SEGMIND_BASE_URL, account.baseUrl);
});
