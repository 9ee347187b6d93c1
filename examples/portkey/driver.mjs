// A driver for a client that is itself a gateway: the Segmind provider of `@portkey-ai/gateway`.
//
//   npm install @portkey-ai/gateway
//   segmock verify client --driver 'node examples/portkey/driver.mjs node_modules/@portkey-ai/gateway'
//
// It offers images on v1 alone. What it gives back is its own, OpenAI-like shape; this driver
// undoes that where the picture is in it, and otherwise reports what the gateway said.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { join } from "node:path";

const BY_STATUS = {
  400: "invalid", 401: "unauthorized", 402: "insufficient_credits", 403: "forbidden",
  404: "not_found", 405: "invalid", 410: "not_found", 413: "invalid", 422: "invalid",
  429: "rate_limited",
};

const outcomeOf = (status, words) => {
  if (status === 406) return /credit/i.test(words) ? "insufficient_credits" : "invalid";
  return status >= 500 ? "server_error" : BY_STATUS[status];
};

const freePort = async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
};

const port = await freePort();
const program = join(process.argv[2] ?? "node_modules/@portkey-ai/gateway", "build/start-server.js");
const gateway = spawn("node", [program, "--headless", `--port=${port}`], { stdio: ["ignore", "pipe", "inherit"] });
process.on("exit", () => gateway.kill());
for await (const chunk of gateway.stdout) if (/Ready for connections/.test(chunk)) break;
gateway.stdout.resume();

async function runSync({ base_url, api_key, model, params, timeout_s }) {
  let answer;
  try {
    answer = await fetch(`http://127.0.0.1:${port}/v1/images/generations`, {
      method: "POST",
      signal: AbortSignal.timeout(timeout_s * 1000),
      headers: {
        "content-type": "application/json",
        "authorization": `Bearer ${api_key}`,
        "x-portkey-provider": "segmind",
        "x-portkey-custom-host": `${base_url}/v1`,
      },
      body: JSON.stringify({ ...params, model }),
    });
  } catch (error) {
    return error.name === "TimeoutError" ? { outcome: "timeout" } : { outcome: "transport_error", error: String(error) };
  }
  const text = await answer.text();
  let body;
  try { body = JSON.parse(text); } catch { body = null; }
  const words = body?.error?.message ?? "";
  const outcome = outcomeOf(answer.status, words);
  if (outcome) return { outcome, status: answer.status, error: words };
  const picture = body?.data?.[0]?.b64_json;
  if (!picture) return { outcome: "completed", result: body ?? text };
  const bytes = Buffer.from(picture, "base64");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { outcome: "completed", result: { sha256, bytes: bytes.length, content_type: "image/jpeg" } };
}

for await (const line of createInterface({ input: process.stdin })) {
  const call = JSON.parse(line);
  const said = call.op === "run_sync" ? await runSync(call) : { outcome: "unsupported" };
  console.log(JSON.stringify({ id: call.id, ...said }));
}
process.exit();
