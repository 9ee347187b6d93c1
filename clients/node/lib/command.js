// How the command that serves is found, and how it is started.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { SegmockError } from "./control.js";

const NAME = "segmock";
const SERVE = ["serve", "--port", "0", "--until-eof", "--log", "off"];
const MISSING = new Set(["ENOENT", "EACCES"]);
const MOST_TOLD = 4096;
const NOT_OURS =
  "(The segmock of PyPI is another project. If it is that, set SEGMOCK_COMMAND to this one.)";
const WHAT_TO_DO = `Do one of these:
  - activate the environment in which segmock is installed (. .venv/bin/activate), or install it:
    pip install PATH-OR-GIT-URL, of a clone or of the repository (it is not on the package index);
  - set SEGMOCK_COMMAND to the command, as in .venv/bin/segmock or "python3 -m mockserver";
  - set SEGMOCK_FROM to a path or git URL, from which uvx (of uv) runs it;
  - set SEGMOCK_URL to a server that runs, as in http://127.0.0.1:8765`;

/** Start the first command that there is; return its process and the address that it serves at. */
export async function startCommand({ command, from, flags, environment, timeoutMs }) {
  const tried = [];
  for (const { words, source } of listCommands(command, from)) {
    const child = spawn(words[0], [...words.slice(1), ...SERVE, ...flags], { env: environment });
    const failure = await once(child, "spawn").then(() => null, (error) => error);
    if (!failure) {
      const line = [...words, "serve", ...flags].join(" ");
      return { child, url: await waitUntilReady(child, line, timeoutMs) };
    }
    if (!MISSING.has(failure.code)) throw failure;
    tried.push(`${source}: there is no command ${words[0]} (${failure.code})`);
  }
  if (!command && !from) tried.push("uvx: not tried, as SEGMOCK_FROM does not say from where");
  const lines = ["SEGMOCK_URL: not set", ...tried].map((line) => `  - ${line}\n`);
  throw new SegmockError(`no segmock was found. What was tried:\n${lines.join("")}${WHAT_TO_DO}`);
}

function listCommands(command, from) {
  if (command) return [{ words: splitWords(command), source: "SEGMOCK_COMMAND" }];
  const installed = { words: [NAME], source: "segmock on PATH" };
  const fetched = { words: ["uvx", "--from", from, NAME], source: "uvx with SEGMOCK_FROM" };
  return from ? [installed, fetched] : [installed];
}

/** Split a command line at its blanks, but for those in quotes. */
function splitWords(command) {
  if (Array.isArray(command)) return command;
  const words = command.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? [];
  return words.map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
}

/** Read the address from the one line that a server prints: segmock ready on http://127.0.0.1:40001 */
async function waitUntilReady(child, line, timeoutMs) {
  const told = keepErrors(child);
  let isLate = false;
  const timer = setTimeout(() => (isLate = child.kill("SIGKILL")), timeoutMs);
  child.stdin.on("error", () => {}); // it may end before its stdin does
  for await (const printed of createInterface({ input: child.stdout })) {
    const url = /^segmock ready on (\S+)$/.exec(printed)?.[1];
    if (!url) continue;
    clearTimeout(timer);
    child.stdout.resume();
    told.passOn();
    return url;
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  clearTimeout(timer);
  const end = `ended with ${child.signalCode ?? `exit code ${child.exitCode}`} before it served`;
  const how = isLate ? `did not serve within ${timeoutMs} ms` : end;
  const why = told.text.trim() ? `:\n${told.text.trim()}` : ", and printed no reason";
  const doubt = line.startsWith("segmock ") ? `\n${NOT_OURS}` : "";
  throw new SegmockError(`\`${line}\` ${how}${why}${doubt}`);
}

/** Keep what a process has on stderr, until it is known to serve: then it goes to our own. */
function keepErrors(child) {
  const told = { text: "", passOn: () => {} };
  const keep = (part) => (told.text = (told.text + part).slice(-MOST_TOLD));
  child.stderr.setEncoding("utf8").on("data", keep);
  told.passOn = () => {
    process.stderr.write(told.text);
    child.stderr.off("data", keep).on("data", (part) => process.stderr.write(part));
  };
  return told;
}
