// Values as programs in several languages write them, all in characters that can be seen.

import { isExact } from "./exact_json.mjs";
import { replaceUnseen } from "./text.mjs";

/** Return a JSON value as a literal of Python. */
export function renderPython(value) {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(renderPython).join(", ")}]`;
  if (isExact(value)) return JSON.stringify(value);
  if (typeof value === "object") {
    const members = Object.entries(value).map(([name, item]) => `${renderText(name)}: ${renderPython(item)}`);
    return `{${members.join(", ")}}`;
  }
  return typeof value === "string" ? renderText(value) : String(value);
}

/** Return a JSON value as a literal of JavaScript. */
export function renderJavaScript(value) {
  return escapeUnits(JSON.stringify(value));
}

/** Return a value as JSON, with the spaces that `JSON.stringify` puts in. */
export function renderJson(value, indent) {
  return escapeUnits(JSON.stringify(value, null, indent));
}

/** Return a text as one word of a POSIX shell; what cannot be seen stays in it. */
export function quoteForShell(text) {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Return a text as a literal of Python. */
export function renderText(text) {
  // JSON's escapes are Python's too, but for those of characters beyond 16 bits.
  return replaceHidden(JSON.stringify(text), (character) => {
    const code = character.codePointAt(0);
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : escapeUnit(code);
  });
}

/** Put an escape in the place of each character that cannot be seen, as JSON and JavaScript have it. */
function escapeUnits(text) {
  return replaceHidden(text, (character) => character.split("").map((unit) => escapeUnit(unit.charCodeAt(0))).join(""));
}

function replaceHidden(text, escape) {
  // A space that is none looks like one, and marks of Arabic numbers join what follows.
  return replaceUnseen(text, escape).replace(/[\u00a0\u0600-\u0605]/g, escape);
}

function escapeUnit(unit) {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
