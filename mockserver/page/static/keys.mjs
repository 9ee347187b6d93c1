// Keys that work wherever nobody is writing.

import { h, isWriting } from "./base/dom.mjs";
import { makeFactList } from "./parts/fact_list.mjs";
import { VIEWS } from "./views.mjs";

const HELP = [
  ["/", "go to the filter of the view"],
  ["1 … 9", "go to a view, in the order of the navigation"],
  ["↑ ↓ Home End", "move in a list; Enter opens"],
  ["Esc", "leave a field of the details, then close them"],
  ["?", "this list"],
];

/** Listen for keys: `/` goes to a filter, Escape closes the panel, a number shows a view. */
export function listenForKeys({ address, panel }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.isComposing || event.target.closest("dialog")) return;
    if (event.key === "Escape") panel.leave();
    if (isWriting(event.target)) return;
    const view = VIEWS[Number(event.key) - 1];
    const field = document.querySelector("main [data-filter]");
    if (view) {
      address.go(view.name);
    } else if (event.key === "?") {
      showHelp();
    } else if (event.key === "/" && field) {
      event.preventDefault();
      field.focus();
    }
  });
}

function showHelp() {
  const dialog = h(
    "dialog",
    { class: "help", "aria-labelledby": "help-title", on: { close: () => dialog.remove() } },
    h("h2", { id: "help-title" }, "Keys"),
    makeFactList(HELP.map(([key, what]) => [h("kbd", {}, key), what])),
    h("form", { method: "dialog" }, h("button", { class: "primary" }, "Close")),
  );
  document.body.append(dialog);
  dialog.showModal();
}
