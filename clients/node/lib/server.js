// A server: one that runs already, or one that is started here and ends with this process.

import { once } from "node:events";

import { openAccount } from "./account.js";
import { startCommand } from "./command.js";
import { Control, SegmockError } from "./control.js";

const asyncDispose = Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose");
const PATIENCE_MS = 10_000;

export async function start({
  url = process.env.SEGMOCK_URL,
  command = process.env.SEGMOCK_COMMAND,
  from = process.env.SEGMOCK_FROM,
  token = process.env.SEGMOCK_ADMIN_TOKEN,
  flags = ["--clock", "auto"],
  timeoutMs = 120_000,
} = {}) {
  if (url) return takeServer(new Control(url, token));
  const environment = token ? { ...process.env, SEGMOCK_ADMIN_TOKEN: token } : process.env;
  const started = await startCommand({ command, from, flags, environment, timeoutMs });
  return new Server(new Control(started.url, token), started.child);
}

/** Take a server that runs, after a look whether it is one. Its own clock may be any. */
async function takeServer(control) {
  const { status } = await control.call("GET", "health");
  if (status !== "ok") throw new SegmockError(`what answers at ${control.url} is no segmock`);
  return new Server(control, null, "auto");
}

class Server {
  #control;
  #child;
  #mode;

  constructor(control, child, mode) {
    this.#control = control;
    this.#child = child;
    this.#mode = mode;
    this.url = control.url;
    if (child) release(child, "unref"); // it is no reason for this process to go on
  }

  account(fields = {}) {
    return openAccount(this.#control, fields, this.#mode);
  }

  async close() {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    release(child, "ref");
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    child.stdin.end(); // it ends when its stdin does, which is how it ends with this process too
    await once(child, "exit");
    clearTimeout(timer);
  }

  [asyncDispose]() {
    return this.close();
  }
}

/** Let a process and its pipes keep this process going, or not. */
function release(child, how) {
  for (const each of [child, child.stdin, child.stdout, child.stderr]) each[how]();
}
