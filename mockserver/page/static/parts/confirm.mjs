// Questions before what cannot be undone.

import { h } from "../base/dom.mjs";

let count = 0;

/**
 * Ask whether something is to be done.
 *
 * @param {string} question What the question is.
 * @param {Array<Node|string>|string} details What will be gone.
 * @param {string} yes What the button says that does it.
 * @param {Node|null} commands How to do it from elsewhere.
 * @returns {Promise<boolean>} Whether it is.
 */
export function confirmAction(question, details, yes, commands = null) {
  return new Promise((resolve) => {
    const id = `confirm-${++count}`;
    const dialog = h(
      "dialog",
      { class: "confirm", "aria-labelledby": id, on: { close: () => finish(dialog.returnValue === "yes") } },
      h("h2", { id }, question),
      h("p", {}, details),
      commands,
      h(
        "form",
        { method: "dialog", class: "bar" },
        h("button", { value: "no", autofocus: true }, "Leave it"),
        h("button", { value: "yes", class: "danger" }, yes),
      ),
    );
    const opener = document.activeElement;
    function finish(isWanted) {
      dialog.remove();
      opener?.focus?.({ preventScroll: true });
      resolve(isWanted);
    }
    document.body.append(dialog);
    dialog.showModal();
  });
}
