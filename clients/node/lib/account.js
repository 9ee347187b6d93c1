// What tests in Node need of segmock: a server, and for each test an account of its own on it.
// One file, no dependencies: copy it beside your tests.
//
// SEGMOCK_URL names a server that runs already, and SEGMOCK_ADMIN_TOKEN its token if it has one; else
// one is started, by SEGMOCK_COMMAND if that is set (as "python3 -m mockserver"), by `segmock` if not.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";

const NO_COMMAND =
  "there is no such command here. Activate the environment in which segmock is installed " +
  "(. .venv/bin/activate), or set SEGMOCK_COMMAND to its path (.venv/bin/segmock), or SEGMOCK_URL " +
  "to a server that runs. How to install it: docs/installing.md of its repository";

/** Start a server on a free port, or take the one that runs at `url`; `flags` are those of serve. */
export async function start({ url = process.env.SEGMOCK_URL, flags = ["--clock", "auto"] } = {}) {
  if (url) return serverAt(url.replace(/\/+$/, ""), async () => {});
  const [command, ...words] = (process.env.SEGMOCK_COMMAND ?? "segmock").split(" ");
  const stdio = ["ignore", "pipe", "inherit"];
  const serve = ["serve", "--port", "0", "--log", "off", ...flags]; // --log line shows each exchange
  const child = spawn(command, [...words, ...serve], { stdio });
  await once(child, "spawn").catch(({ message }) => {
    throw new Error(`${message}: ${NO_COMMAND}`);
  });
  const stop = async () => {
    if (child.exitCode === null && child.kill("SIGTERM")) await once(child, "exit");
  };
  return serverAt(await readUrl(child), stop);
}

/** Read the address from the one line that a server prints: segmock ready on http://127.0.0.1:40001 */
async function readUrl(child) {
  for await (const line of createInterface({ input: child.stdout })) return line.split(" ").at(-1);
  throw new Error("segmock ended before it served: stderr says why");
}

function serverAt(url, stop) {
  const account = async (settings = {}) => {
    const apiKey = `SG_${randomBytes(8).toString("hex")}`;
    await call(url, "PUT", `accounts/${apiKey}`, settings);
    const { newest } = await call(url, "GET", "requests?last=1");
    return accountAt(url, apiKey, newest);
  };
  return { url, account, stop };
}

/** What a test holds of its account: docs/control-plane.md has what is sent and what comes back. */
function accountAt(url, apiKey, since) {
  const list = async (what, more = "") =>
    (await call(url, "GET", `${what}?api_key=${apiKey}${more}`))[what];
  const account = {
    url,
    apiKey,
    read: () => call(url, "GET", `accounts/${apiKey}`),
    jobs: () => list("jobs"),
    requests: () => list("requests"),
    verdicts: () => list("verdicts", "&one_run=true"), // a test is one run of its client
    faults: () => list("faults"),
    stray: async () => (await call(url, "GET", `requests?stray=true&since=${since}`)).requests,
    addFault: (rule) => call(url, "POST", "faults", { ...rule, api_key: apiKey }),
    moveClock: (change) => call(url, "PATCH", "clock", { ...change, api_key: apiKey }),
    changeJob: (id, change) => call(url, "PATCH", `jobs/${id}`, change),
  };
  return { ...account, check: () => check(account) };
}

/** Throw if the client broke a rule that it must keep, or if a fault never struck. */
async function check({ verdicts, faults, stray }) {
  const broken = (await verdicts()).filter((verdict) => verdict.level === "MUST");
  const unused = (await faults()).filter((fault) => fault.hits === 0);
  const problems = [
    ...broken.map((each) => `${each.id} (exchanges ${each.requests}): ${each.title}. ${each.explanation}`),
    ...unused.map((each) => `${each.id} never struck: ${JSON.stringify(each)}`),
  ];
  if (!problems.length) return;
  const others = (await stray()).map(tellStray); // a wrong key is the likeliest reason for silence
  const lead = "meanwhile the server also saw, with keys of nobody's:";
  throw new Error([...problems, ...(others.length ? [lead, ...others] : [])].join("\n"));
}

function tellStray({ method, path, status, api_key: key }) {
  return `  ${method} ${path} → ${status ?? "no answer"} ${key ? `with key ${key}` : "without a key"}`;
}

/** Ask the control plane, and throw what it has to say against that. */
async function call(url, method, path, body) {
  const token = process.env.SEGMOCK_ADMIN_TOKEN;
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const sent = { method, headers, body: body && JSON.stringify(body) };
  const answer = await fetch(`${url}/_mock/${path}`, sent);
  const said = await answer.json();
  if (!answer.ok) throw new Error([said.error, said.hint].filter(Boolean).join(": "));
  return said;
}
