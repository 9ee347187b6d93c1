// How a server is found, started, and ended.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";

import { SegmockError, start } from "segmock";

import { submit } from "../suites/client.js";

const COMMAND = process.env.SEGMOCK_COMMAND ?? "segmock";

/** Call a function while variables of the environment are set, or absent where undefined. */
async function withVariables(variables, call) {
  const before = Object.keys(variables).map((name) => [name, process.env[name]]);
  const set = ([name, value]) => (value === undefined ? delete process.env[name] : (process.env[name] = value));
  Object.entries(variables).forEach(set);
  try {
    return await call();
  } finally {
    before.forEach(set);
  }
}

/** Make a folder with one program, of a shell's, that is alone on PATH. */
async function makePath(t, name, script) {
  const folder = await mkdtemp(join(tmpdir(), "segmock-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
  return folder;
}

/** Wait until nobody listens where a server was: an open connection tells when it ends. */
async function waitForEnd(url) {
  const { hostname, port } = new URL(url);
  const socket = connect(port, hostname).on("error", () => {}); // as a reset is one
  await new Promise((resolve) => socket.resume().on("close", resolve));
  const probe = connect(port, hostname);
  await assert.rejects(once(probe, "connect"), { code: "ECONNREFUSED" });
}

// --- Found --------------------------------------------------------------------------------

test("a server that runs already is taken, and not stopped", async () => {
  const server = await start();
  const taken = await start({ url: `${server.url}/` });
  await taken.close();
  assert.equal((await submit(await taken.account())).status, 200);
  await withVariables({ SEGMOCK_URL: server.url }, async () => assert.equal((await start()).url, server.url));
  await server.close();
});

test("accounts of a server whose clock is real step on with each poll all the same", async () => {
  const server = await start({ flags: ["--clock", "real"] });
  assert.equal((await (await server.account()).clock.read()).mode, "real");
  const taken = await (await start({ url: server.url })).account();
  assert.equal((await taken.clock.read()).mode, "auto");
  await taken.clock.set("frozen");
  await taken.reset();
  assert.equal((await taken.clock.read()).mode, "auto");
  await server.close();
});

test("a command is a line, whose quotes are heeded, or words", async (t) => {
  const folder = await makePath(t, "my segmock", `exec ${COMMAND} "$@"`);
  for (const command of [`"${folder}/my segmock"`, `sh '${folder}/my segmock'`, ["sh", `${folder}/my segmock`]]) {
    await (await start({ command })).close();
  }
});

test("segmock is found on PATH", async (t) => {
  const folder = await makePath(t, "segmock", `exec ${COMMAND} "$@"`);
  const PATH = `${folder}${delimiter}${process.env.PATH}`;
  await withVariables({ SEGMOCK_COMMAND: undefined, PATH }, async () => (await start()).close());
});

test("where there is no segmock, uvx runs it from where it is said to be", async (t) => {
  const script = `test "$1 $2 $3" = "--from a-url segmock" && shift 3 && PATH=${process.env.PATH} && exec ${COMMAND} "$@"`;
  const PATH = await makePath(t, "uvx", script);
  const variables = { SEGMOCK_COMMAND: undefined, SEGMOCK_FROM: "a-url", PATH };
  await withVariables(variables, async () => (await start()).close());
});

// --- Not found ----------------------------------------------------------------------------

test("where there is nothing it is told what was tried, and what to do", async () => {
  const variables = { SEGMOCK_COMMAND: undefined, PATH: "/nowhere" };
  const error = await withVariables(variables, () => start().catch((thrown) => thrown));
  assert.ok(error instanceof SegmockError);
  const told = /^no segmock was found[^]*SEGMOCK_URL: not set\n.*segmock on PATH: there is no.*\n.*uvx: not tried, as SEGMOCK_FROM.*\nDo one of/;
  assert.match(error.message, told);
  for (const way of ["activate", "pip install", "SEGMOCK_COMMAND", "SEGMOCK_FROM", "SEGMOCK_URL"]) {
    assert.ok(error.message.includes(way), way);
  }
  await withVariables({ ...variables, SEGMOCK_FROM: "a-url" }, () =>
    assert.rejects(start(), /uvx with SEGMOCK_FROM: there is no command uvx/),
  );
  await assert.rejects(start({ command: "no-such-segmock" }), /SEGMOCK_COMMAND: there is no command no-such-segmock/);
});

test("a server that does not come up is told of, with its own words", async () => {
  const flags = ["--clock", "warp"];
  await assert.rejects(start({ flags }), /serve --clock warp` ended with exit code 2 before it served:\nsegmock: [^]*'warp'/);
});

test("another program of that name is told of", async (t) => {
  const PATH = await makePath(t, "segmock", "echo 12:34");
  await withVariables({ SEGMOCK_COMMAND: undefined, PATH }, () =>
    assert.rejects(start(), /ended with exit code 0 before it served, and printed no reason\n.*another project/),
  );
});

test("a server that never serves is given up", async () => {
  const command = [process.execPath, "-e", "process.stdin.resume()"];
  await assert.rejects(start({ command, timeoutMs: 1 }), /did not serve within 1 ms/);
});

test("an address where no segmock answers is told of", async (t) => {
  const other = createServer((_request, response) => response.end("Hello")).listen(0, "127.0.0.1");
  await once(other, "listening");
  t.after(() => other.close());
  const url = `http://127.0.0.1:${other.address().port}`;
  await assert.rejects(start({ url }), /what answers at http:.* is no segmock: 200 Hello/);
  await assert.rejects(start({ url: "http://127.0.0.1:1" }), /no segmock answers at .*ECONNREFUSED.*segmock serve/);
  await assert.rejects(start({ url: "http://127.0.0.1:1/v1" }), /is no server's root/);
});

test("a server that wants a token is spoken to with the one of the environment", async () => {
  await withVariables({ SEGMOCK_ADMIN_TOKEN: "a-token" }, async () => {
    const guarded = await start();
    await guarded.account();
    await assert.rejects(start({ url: guarded.url, token: "another" }), /token is missing or wrong/);
    await guarded.close();
  });
});

test("calls go neither through a proxy nor through a fetch that a test has replaced", async (t) => {
  t.mock.method(globalThis, "fetch", () => assert.fail("that is the test's own"));
  const nobody = "http://127.0.0.1:1";
  const variables = { HTTP_PROXY: nobody, http_proxy: nobody, NODE_USE_ENV_PROXY: "1" };
  await withVariables(variables, async () => {
    const server = await start();
    await (await server.account()).check();
    await server.close();
  });
});

// --- Ended --------------------------------------------------------------------------------

test("a server that is closed ends, at once and for all", async () => {
  const server = await start();
  const end = waitForEnd(server.url);
  await Promise.all([server.close(), server[Symbol.asyncDispose]()]);
  await end;
  await server.close();
});

const ENDINGS = {
  "comes to its end": "",
  "exits": "process.exit(3)",
  "throws": "setImmediate(() => { throw new Error('at last') })",
  "is killed": "process.kill(process.pid, 'SIGKILL')",
  "is told to end": "process.kill(process.pid, 'SIGTERM')",
};

for (const [how, ending] of Object.entries(ENDINGS)) {
  test(`a server ends with what started it: it ${how}`, async () => {
    const code = `
      import { start } from "segmock";
      console.log((await start()).url);
      process.stdin.once("data", () => { process.stdin.destroy(); ${ending} });`;
    const words = ["--input-type=module", "--eval", code];
    const stdio = ["pipe", "pipe", "ignore"];
    const child = spawn(process.execPath, words, { cwd: import.meta.dirname ?? process.cwd(), stdio });
    const [url] = await once(createInterface({ input: child.stdout }), "line");
    const end = waitForEnd(url);
    child.stdin.write("end\n");
    await Promise.all([once(child, "exit"), end]);
  });
}
