// A request as a line of curl, for any POSIX shell.

import { quoteForShell, renderJson } from "../base/literals.mjs";
import { isVisible } from "../base/text.mjs";
import { isFile } from "./sent_request.mjs";

/** A longer word is no argument of a program on Linux. */
const LONGEST_ARGUMENT = 100_000;

/** Return a request as a line of curl. */
export function makeCurl(request) {
  const { method, url, headers, key, body, type } = request;
  const lines = [`curl -sS${method === "HEAD" ? "I" : "i"}${/[[\]{}]/.test(url) ? "g" : ""} ${quoteForShell(url)}`];
  if (/\/\.\.?(?=\/|$|\?)/.test(url)) lines.push("--path-as-is");
  if (method !== "HEAD" && method !== (hasBody(body) ? "POST" : "GET")) lines[0] = lines[0].replace(/^curl -sSi?/, (start) => `curl -X ${quoteForShell(method)} ${start.slice("curl ".length)}`);
  if (key === "x-api-key") lines.push('-H "x-api-key: ${SEGMIND_API_KEY:?}"');
  if (key === "authorization") lines.push('-H "authorization: Bearer ${SEGMIND_API_KEY:?}"');
  for (const [name, value] of headers) lines.push(`-H ${quoteForShell(value === "" ? `${name};` : `${name}: ${value}`)}`);
  if (hasBody(body) && type === undefined) lines.push("-H content-type:");
  const start = addBody(lines, body);
  return `${explain(request)}${start}${lines.join(" \\\n  ")}\n`;
}

/** Add the body to the lines; return what comes before curl. */
function addBody(lines, body) {
  if (isFile(body)) lines.push("--data-binary @body.bin");
  if (body.kind !== "json" && body.kind !== "text") return "";
  const text = body.kind === "json" ? renderJson(body.value) : body.text;
  if (isPlain(text)) {
    lines.push(`--data-raw ${quoteForShell(text)}`);
    return "";
  }
  lines.push("--data-binary @-");
  return `printf ${quoteForShell(escapeFormat(text))} | \\\n`;
}

function isPlain(text) {
  return isVisible(text) && !text.includes("\t") && quoteForShell(text).length < LONGEST_ARGUMENT;
}

/** Return a text as a format of printf, all in characters that can be seen. */
function escapeFormat(text) {
  return [...text].map((character, place) => {
    // What begins with a hyphen would be an option.
    if (place === 0 && character === "-") return "\\055";
    if (character === "\\") return "\\\\";
    if (character === "%") return "%%";
    if (character !== "\t" && isVisible(character)) return character;
    return [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  }).join("");
}

function hasBody({ kind }) {
  return kind !== "none";
}

function explain({ notes, key }) {
  const lines = [key && "SEGMIND_API_KEY has to be the key: this page knows no more than its end.", ...notes].filter(Boolean);
  return lines.map((line) => `# ${line}\n`).join("");
}
