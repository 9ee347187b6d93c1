// A client of the gateway on Node's own fetch, and the driver around it. Node 18 or newer.
//
//     segmock verify client --driver 'node driver.mjs'
//
// JSON passes through as text, both ways: JSON.parse would round large integers.

import { createHash } from "node:crypto";

const OUTCOMES = {
  400: "invalid", 401: "unauthorized", 402: "insufficient_credits", 403: "forbidden",
  404: "not_found", 405: "invalid", 410: "not_found", 413: "invalid", 422: "invalid",
  429: "rate_limited",
};
const MEDIA = /^(image|video|audio|model)\//i;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));

/** The end of a call other than a result. */
class GaveUp extends Error {
  constructor(outcome, words = "", status = undefined) {
    super(words);
    Object.assign(this, { outcome, status });
  }
}

/** An answer that came whole. */
class Reply {
  constructor(response, bytes) {
    this.status = response.status;
    this.headers = response.headers;
    this.bytes = bytes;
  }

  get kind() {
    return this.headers.get("content-type") ?? "";
  }

  /** The body as text, if it is a JSON object; and what is in it. */
  get json() {
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(this.bytes);
      const body = JSON.parse(text);
      const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
      return isObject ? { text, body } : null;
    } catch {
      return null;
    }
  }

  /** The error that it names: pages from the edge have none. */
  get words() {
    const error = this.json?.body.error;
    return typeof error === "string" ? error : error === undefined ? "" : JSON.stringify(error);
  }

  /** Its place in the table of outcomes; nothing for a 200. */
  get outcome() {
    if (this.status === 200) return undefined;
    if (this.status === 406) return /credit/i.test(this.words) ? "insufficient_credits" : "invalid";
    return OUTCOMES[this.status] ?? "server_error";
  }

  get isMedia() {
    return MEDIA.test(this.kind);
  }

  /** What a file is like, as JSON. */
  get description() {
    const sha256 = createHash("sha256").update(this.bytes).digest("hex");
    return JSON.stringify({ sha256, bytes: this.bytes.length, content_type: this.kind });
  }
}

class Client {
  constructor({ base_url, api_key, timeout_s, poll_interval_s }) {
    this.root = base_url;
    this.key = { "x-api-key": api_key };
    this.deadline = performance.now() + timeout_s * 1000;
    this.pollMs = poll_interval_s * 1000;
  }

  // --- The operations. Each returns the text of a JSON value. ---

  /** Queue a run, wait for its end, fetch the result. */
  async run(model, params) {
    const job = await this.submit(model, params);
    await this.reach("COMPLETED", job.status_url);
    return this.reach("COMPLETED", job.response_url);
  }

  /** Run and wait in one request. */
  async runSync(model, params) {
    const reply = await this.post(`${this.root}/v1/${model}`, params);
    this.refuseErrors(reply);
    return reply.isMedia ? reply.description : this.jsonOf(reply).text;
  }

  /** Fetch an output. It is public: the key stays at home. */
  async download(url) {
    const reply = await this.send(url, {});
    this.refuseErrors(reply);
    return reply.description;
  }

  async credits() {
    const reply = await this.send(`${this.root}/v1/get-user-credits`, { headers: this.key });
    this.refuseErrors(reply);
    return this.jsonOf(reply).text;
  }

  // --- Submitting ---

  /** Submit once: again only where a 429 said that nothing was begun, and when to come back. */
  async submit(model, params) {
    let reply = await this.post(`${this.root}/v2/${model}`, params);
    while (reply.status === 429) {
      await this.awaitReset(reply);
      reply = await this.post(`${this.root}/v2/${model}`, params);
    }
    this.refuseErrors(reply);
    const job = this.jsonOf(reply).body;
    if (typeof job.status_url !== "string" || typeof job.response_url !== "string") {
      throw new GaveUp("server_error", "the submit's answer has no URLs", reply.status);
    }
    return job;
  }

  post(url, params) {
    const headers = { ...this.key, "content-type": "application/json" };
    return this.send(url, { method: "POST", headers, body: params });
  }

  // --- Polling ---

  /** Poll until the job is in this state; return the text of the answer that says so. */
  async reach(state, url) {
    for (;;) {
      const { text, body } = await this.poll(url);
      if (body.status === state) return text;
      if (body.status === "FAILED") throw new GaveUp("failed", String(body.error ?? ""));
      await this.pause(this.pollMs); // a state that nobody knows is as good as pending
    }
  }

  /** Ask about a job until there is an answer: asking changes nothing, so it may be repeated. */
  async poll(url) {
    for (;;) {
      const reply = await this.attempt(url);
      if (reply?.status === 429) {
        await this.awaitReset(reply);
        continue;
      }
      const json = reply?.json;
      const isFailure = reply?.status === 422 && json?.body.status === "FAILED";
      if (json && "status" in json.body && (reply.status === 200 || isFailure)) return json;
      if (reply && reply.status !== 200 && reply.status < 500) this.refuseErrors(reply);
      await this.pause(this.pollMs);
    }
  }

  /** Ask once; nothing comes of a connection that is lost. */
  async attempt(url) {
    try {
      return await this.send(url, { headers: this.key });
    } catch (error) {
      if (error.outcome !== "transport_error") throw error;
      return null;
    }
  }

  // --- Time ---

  /** The milliseconds that are left; there have to be some. */
  left() {
    const left = this.deadline - performance.now();
    if (left <= 0) throw new GaveUp("timeout", "the deadline is over");
    return left;
  }

  /** Sleep; where the deadline comes first, the call ends there, and not with one more request. */
  async pause(ms) {
    const left = this.left();
    await sleep(Math.min(ms, left));
    if (ms >= left) throw new GaveUp("timeout", "the job was not done by the deadline");
  }

  /** Sleep until the window of a 429 ends, by the gateway's own clock. */
  async awaitReset(reply) {
    const reset = Date.parse(reply.headers.get("x-rate-limit-reset-at-utc") ?? "");
    const now = Date.parse(reply.headers.get("date") ?? "");
    const ms = Math.max(reset - now || 0, this.pollMs);
    if (ms > this.left()) throw new GaveUp("rate_limited", reply.words, 429);
    await sleep(ms);
  }

  // --- HTTP ---

  /** Send one request and read the whole of its answer, by the deadline. */
  async send(url, init) {
    const signal = AbortSignal.timeout(Math.ceil(this.left()));
    try {
      const response = await fetch(url, { ...init, signal, redirect: "manual" });
      return new Reply(response, Buffer.from(await response.arrayBuffer()));
    } catch (error) {
      if (signal.aborted) throw new GaveUp("timeout", "the deadline passed in a request");
      throw new GaveUp("transport_error", String(error.cause?.message ?? error.message));
    }
  }

  refuseErrors(reply) {
    if (reply.outcome) throw new GaveUp(reply.outcome, reply.words, reply.status);
  }

  jsonOf(reply) {
    const json = reply.json;
    if (!json) throw new GaveUp("server_error", "the answer is no JSON object", reply.status);
    return json;
  }
}

// --- The driver ---

/** The text of a member's value in the text of a JSON object; nothing if there is no such member. */
function member(text, name) {
  const token = /"(?:[^"\\]|\\.)*"|[^\s"{}[\],:]+|[{}[\],:]/g;
  let [depth, key, start] = [0, null, null];
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [word] = found;
    if (start !== null && depth === 1 && (word === "," || word === "}")) {
      return text.slice(start, found.index).trim();
    }
    if (start === null && depth === 1) {
      if (word === ":" && JSON.parse(key) === name) start = token.lastIndex;
      else if (word[0] === '"') key = word;
    }
    if (word === "{" || word === "[") depth += 1;
    if (word === "}" || word === "]") depth -= 1;
  }
  return undefined;
}

/** Make one call; return the fields of the answer, as JSON text. */
async function answer(line) {
  const call = JSON.parse(line);
  const client = new Client(call);
  const operations = {
    run: () => client.run(call.model, member(line, "params")),
    run_sync: () => client.runSync(call.model, member(line, "params")),
    download: () => client.download(call.url),
    credits: () => client.credits(),
  };
  const id = member(line, "id");
  if (!Object.hasOwn(operations, call.op)) return `{"id":${id},"outcome":"unsupported"}`;
  try {
    const result = await operations[call.op]();
    return `{"id":${id},"outcome":"completed","result":${result.replace(/[\r\n]/g, " ")}}`;
  } catch (error) {
    const { outcome = "client_bug", status } = error;
    const words = error instanceof GaveUp ? error.message : String(error.stack ?? error);
    return `{"id":${id},${JSON.stringify({ outcome, error: words, status }).slice(1)}`;
  }
}

/** Lines of stdin, by line feeds alone: readline would also split at U+2028. */
async function* lines() {
  let rest = "";
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop();
    yield* parts;
  }
  if (rest.trim()) yield rest;
}

for await (const line of lines()) {
  process.stdout.write(`${await answer(line)}\n`);
}
