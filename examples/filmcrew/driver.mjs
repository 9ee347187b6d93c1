// A driver for the client inside a film studio: `src/lib/segmind.js` of filmcrew-studio.
//
//   git clone https://github.com/mali90/filmcrew-studio && (cd filmcrew-studio && npm install)
//   segmock verify client --driver 'node examples/filmcrew/driver.mjs filmcrew-studio'
//
// It queues on v2, and reads its base URL once, when it is loaded; so the driver loads it with the
// first call. Its errors are sentences for people: what became of a call is read off their words.

import { createInterface } from "node:readline";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

console.log = console.error; // stdout is for answers
let client;

/** The client, for the gateway that calls go to. */
async function load({ base_url }) {
  process.env.SEGMIND_BASE_URL = base_url;
  process.env.SEGMIND_RETRY_BACKOFF_MS = "20"; // its own setting; 8 s otherwise
  const program = resolve(process.argv[2] ?? "filmcrew-studio", "src/lib/segmind.js");
  client ??= await import(pathToFileURL(program));
  return client;
}

async function run(call) {
  const { runSegmind } = await load(call);
  process.env.SEGMIND_API_KEY = call.api_key;
  const pace = { timeoutMs: call.timeout_s * 1000, intervalMs: call.poll_interval_s * 1000 };
  return (await runSegmind(call.model, call.params, pace)).result;
}

const BY_STATUS = {
  401: "unauthorized", 402: "insufficient_credits", 403: "forbidden", 404: "not_found",
  410: "not_found", 429: "rate_limited",
};
const BY_WORDS = [
  [/insufficient credits/i, "insufficient_credits"],
  [/Timed out waiting/, "timeout"],
  [/request record has expired/, "not_found"],
  [/rejected as invalid/, "invalid"],
  [/returned no request_id/, "server_error"],
];
const LOST = /submit did not complete|never reached Segmind|fetch failed|terminated|aborted/;

/** What a sentence says of how a call has ended. */
function report({ message }) {
  const failure = / (?:FAILED|ERROR|CANCELLED): (.*)/s.exec(message);
  if (failure) return { outcome: "failed", error: failure[1] };
  const status = Number(/HTTP (\d{3})/.exec(message)?.[1]) || undefined;
  const told = BY_WORDS.find(([words]) => words.test(message))?.[1] ?? BY_STATUS[status];
  if (told) return { outcome: told, status, error: message };
  if (status) return { outcome: status < 500 ? "invalid" : "server_error", status, error: message };
  return { outcome: LOST.test(message) ? "transport_error" : "client_bug", error: message };
}

for await (const line of createInterface({ input: process.stdin })) {
  const call = JSON.parse(line);
  let said = { outcome: "unsupported" };
  if (call.op === "run") {
    try {
      said = { outcome: "completed", result: await run(call) };
    } catch (error) {
      said = report(error);
    }
  }
  process.stdout.write(`${JSON.stringify({ id: call.id, ...said })}\n`);
}
