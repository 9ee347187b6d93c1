// node --test, with fetch, against `segmock serve --clock auto --port 0`.
//
// SEGMOCK_COMMAND says how segmock is started, if not as `segmock`.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

import { postcard } from "./postcards.mjs";

let server;
let url;

before(async () => {
  const [command, ...words] = (process.env.SEGMOCK_COMMAND ?? "segmock").split(" ");
  const flags = ["serve", "--clock", "auto", "--port", "0"];
  server = spawn(command, [...words, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: server.stdout }), "line");
  url = line.split(" ").at(-1); // segmock ready on http://127.0.0.1:40001
});

after(async () => {
  server.kill("SIGTERM");
  await once(server, "exit");
});

// Each test has a key, and with it a world, of its own: they could all run at once.
const freshKey = () => `SG_${randomBytes(8).toString("hex")}`;

const steer = async (method, path, body) => {
  const answer = await fetch(`${url}/_mock/${path}`, { method, body: JSON.stringify(body) });
  return answer.json();
};

test("a postcard is a picture and is paid for once", async () => {
  const apiKey = freshKey();
  const card = await postcard({ url, apiKey, motif: "a lighthouse", pollMs: 1 });
  assert.equal(card.bytes.subarray(1, 4).toString(), "PNG");
  const { ledger } = await steer("GET", `accounts/${apiKey}`);
  assert.deepEqual(ledger.map((entry) => entry.amount), [card.cost]);
});

test("a failed run, which is a 422, is told in the gateway's words", async () => {
  const apiKey = freshKey();
  await steer("POST", "faults", {
    api_key: apiKey,
    on: { route: "submit" },
    do: { state: "FAILED", error: "Too ugly." },
  });
  await assert.rejects(postcard({ url, apiKey, motif: "a car park", pollMs: 1 }), /Too ugly/);
});

test("a reset connection and a 503 page while polling do no harm", async () => {
  const apiKey = freshKey();
  await steer("POST", "faults", {
    api_key: apiKey,
    on: { route: "status" },
    do: [{ reset: true }, { status: 503, body: "html" }],
  });
  await postcard({ url, apiKey, motif: "a storm", pollMs: 1 });
  const { verdicts } = await steer("GET", `verdicts?api_key=${apiKey}`);
  assert.deepEqual(verdicts.filter((verdict) => verdict.level === "MUST"), []);
});

test("a lost answer is not asked for again", async () => {
  const apiKey = freshKey();
  await steer("POST", "faults", {
    api_key: apiKey,
    on: { route: "submit" },
    do: { close: true },
    when: "after",
  });
  await assert.rejects(postcard({ url, apiKey, motif: "a bottle", pollMs: 1 }));
  const { jobs } = await steer("GET", `jobs?api_key=${apiKey}`);
  assert.equal(jobs.length, 1);
});
