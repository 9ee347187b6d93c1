// Which outputs somebody wants to see.

import { makeWordMatcher } from "../base/search_words.mjs";
import { findMediaKind } from "../parts/media.mjs";

/** The parts of the filter that are chosen from a list. */
export const SELECTS = [
  {
    name: "type",
    label: "Kind",
    any: "Any kind",
    fixed: [["image", "Pictures"], ["video", "Films"], ["audio", "Sounds"], ["3d", "Meshes"], ["other", "Others"]],
  },
  { name: "model", label: "Model", any: "Any model" },
];

/** Read the filter out of the query of an address: every part is a text, empty if it is not there. */
export function readFilter({ text = "", type = "", model = "" }) {
  return { text: text.trim(), type, model };
}

/** Make a function that tells whether the filter lets an output through. */
export function makeMatcher({ text, type, model }) {
  const hasWords = makeWordMatcher(text);
  return (output) =>
    (!type || findMediaKind(output.content_type) === type) &&
    (!model || output.model === model) &&
    (!hasWords || hasWords(renderSearched(output)));
}

/** Return all words by which one can be found. */
function renderSearched({ name, model, request_id: id, params }) {
  return `${name} ${model} ${id} ${JSON.stringify(params)}`.toLowerCase();
}
