// One account as a test holds it. It is a world of its own: nothing in it can be seen in another.

import { randomBytes } from "node:crypto";

import { renderEnvironment } from "./environment.js";
import { ViolationError } from "./violation.js";

const asyncDispose = Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose");

/** Make an account on a server: `fields` are what is said of it, `mode` how its time is to go. */
export async function openAccount(control, fields, mode) {
  const account = new Account(control, `SG_${randomBytes(8).toString("hex")}`, fields, mode);
  await account.reset();
  return account;
}

export class Account {
  #control;
  #fields;
  #mode;
  #since = 0;
  #isClosed = false;

  constructor(control, apiKey, fields, mode) {
    this.#control = control;
    this.#fields = fields;
    this.#mode = mode;
    this.url = control.url;
    this.baseUrl = `${control.url}/v1`;
    this.apiKey = apiKey;
    this.env = renderEnvironment(apiKey, control.url);
    this.clock = new Clock(control, apiKey);
    this.faults = new Faults(control, apiKey);
  }

  read() {
    return this.#control.call("GET", this.#path);
  }

  configure(fields) {
    return this.#control.call("PUT", this.#path, { body: fields });
  }

  jobs() {
    return this.#list("jobs");
  }

  job(requestId) {
    return this.#control.call("GET", `jobs/${encodeURIComponent(requestId)}`);
  }

  complete(requestId) {
    return this.#change(requestId, { state: "COMPLETED" });
  }

  fail(requestId, error = "The request failed.") {
    return this.#change(requestId, { state: "FAILED", error });
  }

  stall(requestId) {
    return this.#change(requestId, { stall: true });
  }

  expire(requestId) {
    return this.#change(requestId, { expire: true });
  }

  requests() {
    return this.#list("requests");
  }

  verdicts() {
    return this.#list("verdicts", { one_run: true }); // a test is one run of its client
  }

  stray() {
    return this.#control.list("requests", { stray: true, since: this.#since });
  }

  /** Ask what is to be said of the client, in the words that Python's tests have too. */
  report({ strict = true, full = false } = {}) {
    const query = { api_key: this.apiKey, since: this.#since, url: this.url, strict, full };
    return this.#control.call("GET", "report", { query });
  }

  async check({ strict = true } = {}) {
    const at = {};
    Error.captureStackTrace(at, this.check); // now, while the caller is on the stack
    const { violations } = await this.report({ strict });
    if (violations.length) throw new ViolationError(violations, at.stack);
  }

  async reset() {
    await this.#control.call("POST", "reset", { body: { api_key: this.apiKey } });
    await this.configure(this.#fields);
    if (this.#mode) await this.clock.set(this.#mode);
    this.#since = (await this.#control.call("GET", "requests", { query: { limit: 0 } })).newest;
  }

  async close({ strict = true } = {}) {
    if (this.#isClosed) return;
    await this.check({ strict });
    await this.#control.call("DELETE", this.#path);
    this.#isClosed = true;
  }

  [asyncDispose]() {
    return this.close();
  }

  get #path() {
    return `accounts/${encodeURIComponent(this.apiKey)}`;
  }

  #list(what, query) {
    return this.#control.list(what, { api_key: this.apiKey, ...query });
  }

  #change(requestId, change) {
    return this.#control.call("PATCH", `jobs/${encodeURIComponent(requestId)}`, { body: change });
  }
}

class Clock {
  #control;
  #apiKey;

  constructor(control, apiKey) {
    this.#control = control;
    this.#apiKey = apiKey;
  }

  read() {
    return this.#control.call("GET", "clock", { query: { api_key: this.#apiKey } });
  }

  advance(seconds) {
    return this.#change({ advance_s: seconds });
  }

  advanceToNext() {
    return this.#change({ to_next: true });
  }

  set(mode, { utc } = {}) {
    return this.#change({ mode, set_utc: utc });
  }

  async #change(change) {
    const body = { ...change, api_key: this.#apiKey };
    return (await this.#control.call("PATCH", "clock", { body })).fired;
  }
}

class Faults {
  #control;
  #apiKey;

  constructor(control, apiKey) {
    this.#control = control;
    this.#apiKey = apiKey;
  }

  add({ on, ...rule }) {
    const where = typeof on === "string" ? { route: on } : on;
    const body = { ...rule, on: where, api_key: this.#apiKey };
    return this.#control.call("POST", "faults", { body });
  }

  list() {
    return this.#control.list("faults", { api_key: this.#apiKey });
  }

  async remove(fault) {
    await this.#control.call("DELETE", `faults/${encodeURIComponent(fault.id ?? fault)}`);
  }

  async clear() {
    await this.#control.call("DELETE", "faults", { query: { api_key: this.#apiKey } });
  }
}
