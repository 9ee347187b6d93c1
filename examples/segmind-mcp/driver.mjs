// A driver for the client inside an MCP server: `@bratcliffe909/mcp-server-segmind`.
//
//   git clone https://github.com/bratcliffe909/segmind-mcp && cd segmind-mcp
//   npm install --ignore-scripts && npx tsc
//   segmock verify client --driver 'node examples/segmind-mcp/driver.mjs segmind-mcp'
//
// It blocks on v1 alone. What comes is what its tools are given; a picture is in there as base64,
// and is undone here. Its errors carry a code of its own and no HTTP status.

import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const OUTCOMES = {
  AUTHENTICATION_FAILED: "unauthorized",
  RATE_LIMIT_EXCEEDED: "rate_limited",
  INSUFFICIENT_CREDITS: "insufficient_credits",
  TIMEOUT_ERROR: "timeout",
  NETWORK_ERROR: "transport_error",
};
const MEDIA = ["image", "video", "audio"];

process.env.SEGMIND_API_KEY = "SG_0123456789abcdef"; // it wants one before it is loaded
process.env.LOG_LEVEL = "error";
console.log = console.error; // stdout is for answers
const program = resolve(process.argv[2] ?? "segmind-mcp", "dist/api/client.js");
process.chdir(mkdtempSync(join(tmpdir(), "segmind-mcp-"))); // where it is started it writes two logs
const { SegmindApiClient } = await import(pathToFileURL(program));

/** A client with the settings of a call, which it reads from its environment otherwise. */
function connect({ base_url, api_key, timeout_s }) {
  const settings = { baseUrl: `${base_url}/v1`, apiKey: api_key, defaultTimeout: timeout_s * 1000 };
  return Object.assign(new SegmindApiClient(), settings);
}

function describe({ data }) {
  const kind = MEDIA.find((name) => data?.mimeType && typeof data[name] === "string");
  if (!kind) return undefined;
  const bytes = Buffer.from(data[kind], "base64");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { sha256, bytes: bytes.length, content_type: data.mimeType };
}

const operations = {
  async run_sync(call) {
    const answer = await connect(call).generateImage(call.model, call.params);
    return describe(answer) ?? answer;
  },
  credits: (call) => connect(call).getCredits(),
};

const BY_STATUS = { 404: "not_found", 410: "not_found" };
const BY_WORDS = [
  [/terminated|fetch failed|other side closed/, "transport_error"],
  [/Unexpected (response type|token|end)|JSON/, "server_error"],
  [/not found/i, "not_found"],
];

/** What its users see of an error: a code, and words. */
function report({ code, name, message }) {
  const known = OUTCOMES[code] ?? (name === "TimeoutError" ? "timeout" : undefined);
  if (known) return { outcome: known, error: message };
  // Everything else is one and the same code, INTERNAL_ERROR: at most its words tell.
  const status = Number(/status (\d{3})/.exec(message)?.[1]) || undefined;
  if (status >= 500) return { outcome: "server_error", status, error: message };
  const told = BY_STATUS[status] ?? BY_WORDS.find(([words]) => words.test(message))?.[1];
  return { outcome: told ?? (code ? "invalid" : "client_bug"), status, error: message };
}

for await (const line of createInterface({ input: process.stdin })) {
  const call = JSON.parse(line);
  let said = { outcome: "unsupported" };
  if (Object.hasOwn(operations, call.op)) {
    try {
      said = { outcome: "completed", result: await operations[call.op](call) };
    } catch (error) {
      said = report(error);
    }
  }
  process.stdout.write(`${JSON.stringify({ id: call.id, ...said })}\n`);
}
