// How an instant is shown wherever the page tells one in full.

import { h } from "./dom.mjs";
import { parseInstant, renderInstant } from "./times.mjs";

/** Show an instant, ISO 8601 text or milliseconds since 1970. */
export function showInstant(instant) {
  const isText = typeof instant === "string";
  const text = isText ? instant : new Date(instant).toISOString();
  const words = renderInstant(isText ? parseInstant(instant) : instant);
  return h("time", { class: "number", datetime: text, title: `${text}, virtual time` }, words);
}
