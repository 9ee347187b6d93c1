// A request as a program in Python: with the vendor's SDK where it is a run.

import { renderJson, renderPython, renderText } from "../base/literals.mjs";
import { isFile } from "./sent_request.mjs";

const KEY = 'os.environ["SEGMIND_API_KEY"]';
const RUN = /^\/v([12])\/([\w.-]+)$/;
/** Words that are no names of arguments, and names that the SDK's own arguments have. */
const NO_ARGUMENT = new Set((
  "False None True and as assert async await break class continue def del elif else except finally for from global " +
  "if import in is lambda nonlocal not or pass raise return try while with yield"
).split(" "));
const TAKEN = new Set(["self", "slug"]);
const LONG = 60;

/** Return a request as a program in Python. */
export function makePython(request) {
  const run = readRun(request);
  return run ? makeRun(request, run) : makeCall(request);
}

/** Return the arguments of `httpx.request`, after method and URL, a line each. */
export function listArguments({ headers, key, body, type }, keyText) {
  const sent = headers.filter(([name]) => !(name === "content-type" && takesJson({ body, type })));
  const pairs = sent.map(([name, value]) => `${renderText(name)}: ${renderText(value)}`);
  if (key === "x-api-key") pairs.unshift(`"x-api-key": ${keyText}`);
  if (key === "authorization") pairs.unshift(`"authorization": "Bearer " + ${keyText}`);
  const lines = pairs.length ? [`headers={${pairs.join(", ")}},`] : [];
  if (takesJson({ body, type })) lines.push(`json=${renderPython(body.value)},`);
  else if (body.kind === "json") lines.push(`content=${renderText(renderJson(body.value))},`);
  else if (body.kind === "text") lines.push(`content=${renderText(body.text)},`);
  else if (body.kind !== "none") lines.push('content=Path("body.bin").read_bytes(),');
  return lines;
}

function takesJson({ body, type }) {
  return body.kind === "json" && type === "application/json";
}

function readRun({ method, path, key, body, type }) {
  const found = path.match(RUN);
  if (!found || method !== "POST" || key !== "x-api-key" || !takesJson({ body, type })) return null;
  const isObject = body.value !== null && typeof body.value === "object" && !Array.isArray(body.value);
  if (!isObject || Object.keys(body.value).some((name) => TAKEN.has(name))) return null;
  return { version: found[1], slug: found[2] };
}

function makeRun({ notes, body }, { version, slug }) {
  const names = Object.keys(body.value);
  const canName = names.every((name) => /^[A-Za-z_]\w*$/.test(name) && !NO_ARGUMENT.has(name));
  const params = canName
    ? Object.entries(body.value).map(([name, value]) => `${name}=${renderPython(value)}`)
    : [`**${renderPython(body.value)}`];
  const values = [renderText(slug), ...params];
  const shown = values.join(", ").length > LONG ? `\n    ${values.join(",\n    ")},\n` : values.join(", ");
  const call = version === "2"
    ? `job = client.submit_async(${shown})\nprint(job.request_id)\n# print(job.wait())  # polls until it has ended, as client.run does\n`
    : `answer = client.run_sync(${shown})\nprint(answer.status_code, answer.headers["content-type"])\n`;
  const client = `client = SegmindClient(\n    api_key=${KEY},\n    base_url=${renderText(`${location.origin}/v1`)},\n    timeout=600,\n)`;
  return `${explain(notes)}import os\n\nfrom segmind import SegmindClient\n\n${client}\n${call}`;
}

function makeCall(request) {
  const imports = [
    request.key && "import os",
    isFile(request.body) && "from pathlib import Path",
  ].filter(Boolean);
  const lines = [`${renderText(request.method)},`, `${renderText(request.url)},`, ...listArguments(request, KEY), "timeout=600,"];
  const heading = imports.length ? `${imports.join("\n")}\n\n` : "";
  return `${explain(request.notes)}${heading}import httpx\n\nanswer = httpx.request(\n    ${lines.join("\n    ")}\n)\nprint(answer.status_code, answer.text[:2000])\n`;
}

function explain(notes) {
  return notes.map((note) => `# ${note}\n`).join("");
}
