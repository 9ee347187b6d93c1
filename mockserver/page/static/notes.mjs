// Short notes at the edge of the page: what was done, or why it was not.

import { holdToRefusal } from "./api.mjs";
import { h } from "./dom.mjs";
import { cutText } from "./text.mjs";

const STAYS_MS = 6000;
const MOST = 4;
const LONGEST = 400;

/** Say that something was done. */
export function tell(text) {
  const note = addNote("note", text);
  setTimeout(() => note.remove(), STAYS_MS);
}

/** Say why the control plane refused something: the note stays until it is dismissed. */
export function tellError(error) {
  holdToRefusal(error);
  addNote("note bad", error.words);
}

function addNote(kind, text) {
  const box = document.getElementById("notes");
  const note = h(
    "p",
    { class: kind },
    h("span", {}, cutText(text, LONGEST)),
    h("button", { class: "plain", "aria-label": "Dismiss", on: { click: () => note.remove() } }, "×"),
  );
  box.append(note);
  while (box.children.length > MOST) box.firstElementChild.remove();
  return note;
}
