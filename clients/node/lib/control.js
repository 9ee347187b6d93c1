// The control plane of a server, JSON in and JSON out: docs/control-plane.md of the repository.

import http from "node:http";
import https from "node:https";

/** The control plane refused a call, or nobody answers; the message says what to do. */
export class SegmockError extends Error {
  get name() {
    return "SegmockError";
  }
}

/**
 * Calls go neither through `fetch`, which tests replace, nor through the proxy that the environment
 * names, which knows no server of this machine.
 */
export class Control {
  #headers;

  constructor(url, token) {
    this.url = parseRoot(url);
    this.#headers = token ? { authorization: `Bearer ${token}` } : {};
  }

  /** Make a call and return the value of its answer; a query's undefined values are left out. */
  async call(method, path, { query = {}, body } = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const url = new URL(`${this.url}/_mock/${path}`);
    url.search = new URLSearchParams(given).toString();
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const answer = await request(url, { method, headers: this.#headers }, sent).catch((error) => {
      const reason = error.message || error.code; // of two addresses that refuse, only a code
      const advice = "Start one with `segmock serve`";
      throw new SegmockError(`no segmock answers at ${this.url}: ${reason}. ${advice}`);
    });
    return parseAnswer(answer, this.url);
  }

  /** Return all pages of a list: `requests`, `jobs`, `verdicts` or `faults`. */
  async list(what, query) {
    const found = [];
    let after;
    do {
      const page = await this.call("GET", what, { query: { ...query, after } });
      found.push(...page[what]);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return found;
  }
}

function parseRoot(url) {
  const root = String(url).replace(/\/+$/, "");
  if (!/^https?:\/\/[^/]+$/.test(root)) {
    throw new SegmockError(`${url} is no server's root: give it as in http://127.0.0.1:8765`);
  }
  return root;
}

function request(url, options, body) {
  const { request: open } = url.protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const call = open(url, { ...options, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => (text += part));
      answer.on("error", reject).on("end", () => resolve({ status: answer.statusCode, text }));
    });
    call.on("error", reject);
    call.end(body);
  });
}

function parseAnswer({ status, text }, url) {
  const value = parseJson(text);
  if (status < 400 && value !== null) return value;
  if (typeof value?.error === "string") {
    throw new SegmockError([value.error, value.hint].filter(Boolean).join(": "));
  }
  throw new SegmockError(`what answers at ${url} is no segmock: ${status} ${text.slice(0, 80)}`);
}

/** Return a value; nothing if there is none, and null if it is not JSON. */
function parseJson(text) {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return null;
  }
}
