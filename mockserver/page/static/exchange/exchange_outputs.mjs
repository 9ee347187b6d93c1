// Pictures, films and sounds of an exchange, as the emulator still has them.

import { h } from "../base/dom.mjs";
import { makeMedia } from "../parts/media.mjs";

const MOST = 4;
const NAME = /\/outputs\/([\w-]+\.\w+)(?=[?#]|$)/;

/** Show the outputs that an exchange serves or names. */
export function showOutputs(exchange) {
  const names = findNames(exchange);
  if (names.length === 0) return null;
  const element = h("section", { class: "outputs-of", "aria-label": "Outputs" });
  element.append(h("h3", {}, names.length === 1 ? "Output" : "Outputs"), ...names.slice(0, MOST).map(showOutput));
  return element;
}

function findNames({ route, path, response }) {
  if (route === "output") return path.match(NAME) ? [path.match(NAME)[1]] : [];
  return findOutputNames(response.body);
}

/** Return the names of the files that a JSON value names by their URLs. */
export function findOutputNames(value) {
  const found = new Set();
  collect(value, found, 0);
  return [...found];
}

function collect(value, found, depth) {
  if (typeof value === "string") {
    const match = value.length < 2000 && value.match(NAME);
    if (match) found.add(match[1]);
  } else if (value !== null && typeof value === "object" && depth < 20 && found.size < MOST) {
    for (const item of Object.values(value)) collect(item, found, depth + 1);
  }
}

function showOutput(name) {
  return h("figure", { class: "output" }, makeMedia(name, `Output ${name}`), h("figcaption", {}, h("code", {}, name)));
}
