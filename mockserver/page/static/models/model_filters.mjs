// Which models somebody wants to see. Nothing here touches the document.

import { makeWordMatcher } from "../base/search_words.mjs";
import { LEVELS, MAKES } from "./model_words.mjs";

/** The parts of the filter that are chosen from a list. */
export const SELECTS = [
  { name: "level", label: "Level", any: "Any level", fixed: Object.keys(LEVELS).map((level) => [level]) },
  { name: "makes", label: "Makes", any: "Makes anything", fixed: Object.entries(MAKES) },
];

/** Read the filter out of the query of an address: every part is a text, empty if it is not there. */
export function readFilter({ text = "", level = "", makes = "" }) {
  return { text: text.trim(), level, makes };
}

/** Make a function that tells whether the filter lets a model through. */
export function makeMatcher({ text, level, makes }) {
  const hasWords = makeWordMatcher(text);
  return (model) =>
    (!level || model.level === level) &&
    (!makes || model.makes === makes) &&
    (!hasWords || hasWords(renderSearched(model)));
}

/** Return models in the order of what is known of them, then of their slugs, each with its number. */
export function sortModels(models) {
  const levels = Object.keys(LEVELS);
  const ranks = ({ level }) => levels.indexOf(level);
  // They come in the order of their slugs, and sorting keeps it.
  return [...models].sort((one, other) => ranks(one) - ranks(other)).map((model, seq) => ({ ...model, seq }));
}

/** Return all words by which one can be found. */
function renderSearched({ slug, title, task, provider }) {
  return `${slug} ${title} ${task} ${provider ?? ""}`.toLowerCase();
}
