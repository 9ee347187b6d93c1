// A client that knows nothing of segmock: after a 429 it waits by its own wall clock.
//
//     node patient.mjs URL KEY date|none [KEY date|none]...
//
// With each key it calls until it was limited once and let through again, or has called three times
// more without waiting, and prints each status, a line for each key.

import { setTimeout as sleep } from "node:timers/promises";

const [url, ...pairs] = process.argv.slice(2);
const TOO_MANY = 429;

async function call(key) {
  return fetch(`${url}/v2/ideogram-3`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify({ prompt: "A queue" }),
  });
}

async function waitUntil(reset) {
  while (Date.now() < reset) await sleep(reset - Date.now());
}

async function callUntilLimited(key, way) {
  const statuses = [];
  const more = way === "none" ? 3 : 1;
  while (statuses.length < 500 && !statuses.slice(0, -more).includes(TOO_MANY)) {
    const answer = await call(key);
    statuses.push(answer.status);
    if (answer.status === TOO_MANY && way === "date") {
      await waitUntil(Date.parse(answer.headers.get("x-rate-limit-reset-at-utc")));
    }
    await answer.arrayBuffer();
  }
  return statuses;
}

while (pairs.length) console.log((await callUntilLimited(...pairs.splice(0, 2))).join(" "));
