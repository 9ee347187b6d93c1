// Requests and responses: their headers, and their bodies as what they are.

import { h } from "../base/dom.mjs";
import { inflect } from "../base/text.mjs";
import { copyText } from "../parts/commands.mjs";
import { showJson, showLongText } from "../parts/json_view.mjs";

/**
 * Show a request or a response of an exchange.
 *
 * @param {string} title What it is.
 * @param {{headers: object, body: any}} message It, as the journal has it.
 * @param {string[]} truncated The fields that the journal has cut.
 * @param {string} delivery Whether the client got it.
 */
export function showMessage(title, message, truncated = [], delivery = "intact") {
  const isCut = truncated.includes(`${title.toLowerCase()}.headers`);
  return h(
    "section",
    { class: "message", "aria-label": title },
    h("h3", {}, title),
    delivery === "lost" && h("p", { class: "bad" }, "The client got none of this."),
    delivery === "damaged" && h("p", { class: "bad" }, "The client did not get this as it was meant."),
    showHeaders(message.headers, title, isCut),
    showBody(message, title),
  );
}

/**
 * Return what a body is: `{kind, …}`. The journal marks what it does not hold, and a client may send
 * a JSON object that looks like such a mark: the length of the body tells them apart.
 */
export function readBody({ headers, body }) {
  const length = readLength(headers);
  if (isMark(body) && !isAsLong(JSON.stringify(body), length)) {
    if (body.truncated) return { kind: "cut", text: body.text, isBinary: body.binary === true, bytes: body.bytes ?? length, sha256: body.sha256 };
    return { kind: "binary", bytes: body.bytes, sha256: body.sha256 };
  }
  if (typeof body !== "string") return { kind: "json", value: body };
  if (body === "" && length !== 2) return { kind: "none" };
  // A text that is JSON came with quotation marks.
  const isJson = length !== undefined && length !== countBytes(body) && length >= countBytes(body) + 2;
  return isJson ? { kind: "json", value: body } : { kind: "text", text: body };
}

/** Show a body as what it is. */
function showBody(message, title) {
  const body = readBody(message);
  if (body.kind === "none") return h("p", { class: "faint" }, "No body.");
  if (body.kind === "json") return showWithCopy(showJson(body.value), () => JSON.stringify(body.value, null, 2), "JSON");
  if (body.kind === "text") return showWithCopy(showText(body.text, title), () => body.text, "text");
  const told = showSize(body);
  if (body.kind === "binary") return h("p", { class: "body-note" }, "Binary. ", told);
  return [
    h("p", { class: "body-note warn" }, body.isBinary ? "Binary, and too long for the journal. " : "The journal kept its beginning alone. ", told),
    body.text === undefined ? null : showText(body.text, title),
  ];
}

function showWithCopy(content, make, what) {
  const button = h("button", { class: "small", type: "button", on: { click: () => copyText(make()) } }, `Copy the ${what}`);
  return h("div", { class: "body" }, content, button);
}

function showText(text, title) {
  return h("pre", { class: "body-text", tabindex: "0", role: "region", "aria-label": `Body of the ${title.toLowerCase()}` }, showLongText(text));
}

function showSize({ bytes, sha256 }) {
  return [
    bytes !== undefined && `${bytes.toLocaleString("en")} bytes`,
    sha256 && [", SHA-256 ", h("code", {}, sha256)],
  ];
}

function showHeaders(headers, title, isCut) {
  const rows = Object.entries(headers);
  if (rows.length === 0) return h("p", { class: "faint" }, "No headers.");
  return h(
    "details",
    { class: "headers" },
    h("summary", {}, `${rows.length} ${inflect("header", rows.length)}${isCut ? ", cut in the journal" : ""}`),
    h("table", { "aria-label": `Headers of the ${title.toLowerCase()}` }, h("tbody", {}, rows.map(([name, value]) =>
      h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, h("code", {}, showLongText(value))))))),
  );
}

function isMark(body) {
  return body !== null && typeof body === "object" && !Array.isArray(body) && (body.truncated === true || body.binary === true);
}

function readLength(headers) {
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-length");
  const length = Number(found?.[1]);
  return found && Number.isInteger(length) ? length : undefined;
}

function isAsLong(text, length) {
  // JSON may have been sent with spaces: they are few beside what a mark stands for.
  return length !== undefined && length >= text.length && length <= text.length + 20;
}

function countBytes(text) {
  return new TextEncoder().encode(text).length;
}
