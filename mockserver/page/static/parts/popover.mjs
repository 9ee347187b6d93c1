// What opens below a button of the header, and closes with Escape or a click elsewhere.

import { h } from "../base/dom.mjs";

/**
 * Make a popover: `summary` is the button, `content` what opens below it.
 *
 * @param {string} kind A class of its own.
 * @param {() => void} opened Called when it was opened.
 * @param {() => void} closed Called when it was closed.
 */
export function makePopover(kind, opened, closed) {
  const summary = h("summary", {});
  const content = h("div", { class: "popover" });
  const element = h("details", { class: ["opener", kind] }, summary, content);
  element.addEventListener("toggle", () => (element.open ? opened() : closed()));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.open) return;
    event.stopPropagation();
    element.open = false;
    summary.focus();
  });
  document.addEventListener("click", (event) => {
    // What was pressed may be gone from the page by now: its way up tells where it was.
    const isHere = (node) => node === element || node.id === "notes" || node.tagName === "DIALOG";
    if (!event.composedPath().some(isHere)) element.open = false;
  });
  return { element, summary, content };
}
