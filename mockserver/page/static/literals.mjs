// Values as programs in several languages write them.

/** Return a JSON value as a literal of Python. */
export function renderPython(value) {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(renderPython).join(", ")}]`;
  if (typeof value === "object") {
    const members = Object.entries(value).map(([name, item]) => `${renderText(name)}: ${renderPython(item)}`);
    return `{${members.join(", ")}}`;
  }
  return typeof value === "string" ? renderText(value) : String(value);
}

/** Return a JSON value as a literal of JavaScript. */
export function renderJavaScript(value) {
  return escapeUnseen(JSON.stringify(value));
}

/** Return a text as one word of a POSIX shell. */
export function quoteForShell(text) {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Return a text as a literal of Python, all in characters that can be seen. */
export function renderText(text) {
  // JSON's escapes are Python's too, but for halves of characters, which both take.
  return escapeUnseen(JSON.stringify(text), (code) =>
    code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : escapeCode(code));
}

function escapeUnseen(text, escape = escapeCode) {
  return text.replace(/[\u007f-\u00a0\u00ad\u0600-\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e0fff}]/gu, (character) =>
    escape(character.codePointAt(0)));
}

function escapeCode(code) {
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\u{${code.toString(16)}}`;
}
