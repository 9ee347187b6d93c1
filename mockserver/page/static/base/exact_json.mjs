// JSON whose numbers stay what they were: JavaScript has no more than 53 bits for one.

const canKeep = typeof JSON.rawJSON === "function";

/**
 * Parse JSON. A number that JavaScript would change stays as it is spelled, and `JSON.stringify`
 * writes it so again, where the browser has `JSON.rawJSON`.
 */
export function parseExact(text) {
  return canKeep ? JSON.parse(text, keepNumber) : JSON.parse(text);
}

/** Tell whether a value is a number that stayed as it was spelled. */
export function isExact(value) {
  return canKeep && JSON.isRawJSON(value);
}

function keepNumber(_name, value, context) {
  if (typeof value !== "number" || context?.source === undefined) return value;
  return isSafe(value, context.source) ? value : JSON.rawJSON(context.source);
}

/** Tell whether a number reads the same again: 1.0 as 1 is another type to others. */
function isSafe(value, source) {
  return String(value) === source;
}
