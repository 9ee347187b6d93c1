// Short notes at the edge of the page: what was done, or why it was not.

import { h, markCode } from "../base/dom.mjs";
import { cutText } from "../base/text.mjs";
import { holdToRefusal } from "../server/api.mjs";

const STAYS_MS = 6000;
const MOST = 4;
const LONGEST = 400;
const WINDOWS =
  "The server may be busy – or seven windows of this page hold all connections that a browser has to one server: close some.";

/** Say that something was done. */
export function tell(text) {
  const note = addNote("note", cutText(text, LONGEST));
  setTimeout(() => note.remove(), STAYS_MS);
}

/** Say why the control plane refused something: the note stays until it is dismissed. */
export function tellError(error) {
  holdToRefusal(error);
  addNote("note bad", markCode(cutText(error.words, LONGEST)));
}

/** Say that an answer is long in coming, until what is returned is called. */
export function tellWaiting() {
  const note = addNote("note waiting", `No answer yet. ${WINDOWS}`);
  return () => note.remove();
}

function addNote(kind, words) {
  const box = document.getElementById("notes");
  const note = h(
    "p",
    { class: kind },
    h("span", {}, words),
    h("button", { class: "plain", "aria-label": "Dismiss", on: { click: () => note.remove() } }, "×"),
  );
  box.append(note);
  while (box.children.length > MOST) box.firstElementChild.remove();
  return note;
}
