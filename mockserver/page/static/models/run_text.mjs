// What a language model said, out of the answer that has it.

import { h } from "../base/dom.mjs";
import { showLongText } from "../parts/json_view.mjs";

const DEEPEST = 8;

/** Show the text of an answer in the form of any vendor; null if it has none. */
export function showText(value) {
  const text = findText(readOutput(value), 0);
  return text === null ? null : h("blockquote", { class: "said" }, showLongText(text));
}

/** On v2 the vendor's own answer stands in `output`, as JSON in a text. */
function readOutput(value) {
  const output = value?.output;
  if (typeof output !== "string") return value;
  try {
    const parsed = JSON.parse(output);
    return typeof parsed === "object" ? parsed : value;
  } catch {
    return value;
  }
}

function findText(value, depth) {
  if (value === null || typeof value !== "object" || depth > DEEPEST) return null;
  for (const name of ["content", "text"]) {
    if (typeof value[name] === "string" && value[name] !== "") return value[name];
  }
  const within = Array.isArray(value) ? value : [value.choices, value.message, value.content, value.candidates, value.parts];
  for (const item of within) {
    const found = findText(item, depth + 1);
    if (found !== null) return found;
  }
  return null;
}
