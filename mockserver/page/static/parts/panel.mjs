// The panel beside the view, which shows one thing in full.

import { h, isWriting, replace } from "../base/dom.mjs";

/** Make the panel: `open` shows something in it, `close` gives the room and the focus back. */
export function makePanel(element) {
  let opener = null;
  let closed = null;

  function open(title, content, whenClosed = null) {
    if (element.hidden) opener = document.activeElement;
    closed?.();
    closed = whenClosed;
    const heading = h("h2", { tabindex: "-1" }, title);
    const button = h("button", { class: "plain", type: "button", "aria-label": "Close the details", on: { click: close } }, "×");
    replace(element, h("div", { class: "panel-head" }, heading, button), h("div", { class: "panel-body" }, content));
    element.hidden = false;
    document.body.classList.add("has-panel");
    element.scrollTop = 0;
    heading.focus({ preventScroll: true });
  }

  function close() {
    if (element.hidden) return;
    element.hidden = true;
    document.body.classList.remove("has-panel");
    element.replaceChildren();
    const tellClosed = closed;
    closed = null;
    tellClosed?.();
    const next = opener?.isConnected ? opener : document.getElementById("main");
    next.focus({ preventScroll: true });
    opener = null;
  }

  /** Close, unless somebody is writing here: what was written is not to be lost by one key. */
  function leave() {
    const isWritten = element.contains(document.activeElement) && isWriting(document.activeElement);
    if (isWritten) element.querySelector("h2").focus({ preventScroll: true });
    else close();
  }

  return { element, open, close, leave };
}
