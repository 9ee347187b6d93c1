// The levels of rules that clients can break, the graver first.

import { h } from "../base/dom.mjs";

const KINDS = { MUST: "bad", SHOULD: "warn" };

/** The levels, the graver first. */
export const LEVELS = Object.keys(KINDS);

/** Return the class that tells how grave a level is. */
export function findLevelKind(level) {
  return KINDS[level] ?? "warn";
}

/** Make the badge of a level; `words` are what it says. */
export function makeLevelBadge(level, words = level, attributes = {}) {
  return h("span", { class: ["badge", findLevelKind(level)], ...attributes }, words);
}

/** Return the verdicts of each level, the graver first, leaving out levels that have none. */
export function groupByLevel(verdicts) {
  const groups = LEVELS.map((level) => ({ level, verdicts: verdicts.filter((each) => each.level === level) }));
  return groups.filter((group) => group.verdicts.length);
}
