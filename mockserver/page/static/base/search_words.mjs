// Words that somebody looks for: each has to be there, in any order, in small letters or great.

/** Make a function that tells whether a text, in small letters, has all words of another. */
export function makeWordMatcher(wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 ? null : (text) => words.every((word) => text.includes(word));
}
