// The request of an exchange as a program would send it again.

import { isVisible } from "../base/text.mjs";
import { readBody } from "../common/bodies.mjs";

/** Headers that every client sets by itself. */
const OWN = new Set([
  "host", "connection", "content-length", "transfer-encoding", "accept-encoding", "user-agent", "keep-alive", "te",
  "upgrade", "expect", "accept-language", "priority", "x-api-key", "authorization",
]);
const HIDDEN = /^(?:[\w-]+ )?(?:\.\.\.|….?)/;
const DOTS = /\/\.\.?(?=\/|$)/;

/**
 * Return what a program has to send.
 *
 * @param {object} exchange An exchange of the journal.
 * @returns {{method: string, url: string, path: string, headers: [string, string][], key: string|null,
 *   body: object, type: string|undefined, notes: string[]}} `key` is the header that the key goes in;
 *   `notes` say what cannot be sent again as it was.
 */
export function readRequest(exchange) {
  const { request } = exchange;
  const all = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]);
  const values = Object.fromEntries(all);
  const notes = [];
  const path = encodePath(exchange.path, notes);
  const body = readBody(request);
  const key = findKey(values, notes);
  const headers = all.filter(([name, value]) => isOfRequest(name, value, notes));
  if (isFile(body)) notes.push(explainFile(body, values["content-type"]));
  if (body.kind === "json" && JSON.stringify(body.value).includes('"...')) notes.push("A key in the body was hidden: put it in the place of “...”.");
  if (exchange.truncated?.some((name) => name.startsWith("request."))) notes.push(`The journal has cut ${exchange.truncated.join(", ")}.`);
  return { method: exchange.method, url: location.origin + path, path, headers, key, body, type: values["content-type"], notes };
}

/** Tell whether a body is one that the journal has not kept whole, which a program reads from a file. */
export function isFile({ kind }) {
  return kind === "binary" || kind === "cut";
}

function isOfRequest(name, value, notes) {
  if (OWN.has(name) || name.startsWith("sec-") || (name === "accept" && value === "*/*")) return false;
  if (HIDDEN.test(value)) {
    notes.push(`The header ${name} is left out: its value was hidden.`);
    return false;
  }
  if (!isVisible(value) || !/^[\x20-\x7e]*$/.test(value)) {
    notes.push(`The header ${name} is left out: it is not plain ASCII.`);
    return false;
  }
  return true;
}

function findKey(values, notes) {
  if (values["x-api-key"] !== undefined) {
    if (values.authorization !== undefined) notes.push("The header authorization is left out: its value was hidden.");
    return "x-api-key";
  }
  if (values.authorization === undefined) return null;
  if (/^bearer /i.test(values.authorization)) return "authorization";
  notes.push("The header authorization is left out: its value was hidden.");
  return null;
}

function explainFile({ kind, bytes, sha256 }, type = "") {
  const why = kind === "cut" ? "The journal kept the beginning of the body alone" : "The journal keeps no binary bodies";
  const size = [bytes !== undefined && `${bytes} bytes`, sha256 && `SHA-256 ${sha256}`].filter(Boolean).join(", ");
  const parts = type.startsWith("multipart/") ? " Its parts are divided by the boundary that content-type names." : "";
  return `${why}: put it into body.bin${size ? ` (${size})` : ""}.${parts}`;
}

/** Return the path and the query of an exchange, percent-encoded: the journal has decoded the path. */
function encodePath(shown, notes) {
  const [, path, query] = shown.match(/^([^?]*)\??([^]*)$/);
  if (/(?:^|[&=])\.\.\./.test(query)) notes.push("A key in the query was hidden: put it in the place of “...”.");
  if (DOTS.test(path)) notes.push("Most programs take the dots out of such a path.");
  const encoded = path.replace(/[^\w/.~!$&()*+,;=:@'-]/gu, encodeCharacter);
  return query ? `${encoded}?${query.replace(/[^\x21-\x7e]|["<>#]/gu, encodeCharacter)}` : encoded;
}

function encodeCharacter(character) {
  try {
    return character === "'" ? "%27" : encodeURIComponent(character);
  } catch {
    return "%EF%BF%BD";
  }
}
