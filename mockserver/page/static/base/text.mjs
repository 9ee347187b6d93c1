// Texts that come from anywhere, made safe to look at: what cannot be seen is named.

const FIRST_PICTURE = 0x2400;
const DELETE = 0x7f;
const EMOJI = String.raw`\p{Extended_Pictographic}\ufe0f?(?:\u200d\p{Extended_Pictographic}\ufe0f?)*`;
// Controls but for tab and line feed, what has no width or breaks lines unseen, marks and overrides
// of direction, tags, halves of characters.
const UNSEEN =
  String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f` +
  String.raw`\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]|\p{Surrogate}`;
const ANY_UNSEEN = new RegExp(UNSEEN, "u");
// What joins the parts of an emoji, or colours it, may stay.
const UNSEEN_OR_EMOJI = new RegExp(`(${EMOJI})|${UNSEEN}`, "gu");

/** Return a text in which every character that cannot be seen, or that moves others, is named. */
export function makeVisible(text) {
  return replaceUnseen(text, nameCharacter);
}

/** Return a text in which every character that cannot be seen is what `replacement` makes of it. */
export function replaceUnseen(text, replacement) {
  if (!ANY_UNSEEN.test(text)) return text;
  return text.replace(UNSEEN_OR_EMOJI, (found, emoji) => emoji ?? replacement(found));
}

/** Tell whether every character of a text can be seen. */
export function isVisible(text) {
  return makeVisible(text) === text;
}

/** Return the beginning of a text, with an ellipsis where it was cut. */
export function cutText(text, most) {
  if (text.length <= most) return text;
  // Half of a character would show as such.
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function nameCharacter(character) {
  const code = character.codePointAt(0);
  if (code < 0x20) return String.fromCodePoint(FIRST_PICTURE + code);
  if (code === DELETE) return "\u2421";
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/** Return a noun as it agrees with a count. */
export function inflect(noun, count) {
  return count === 1 ? noun : `${noun}s`;
}
