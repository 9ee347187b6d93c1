// The navigation: links to the views, and the view that the address names.

import { h, replace } from "./base/dom.mjs";
import { makeButton } from "./parts/actions.mjs";
import { isPlainClick } from "./parts/links.mjs";
import { VIEWS } from "./views.mjs";

/** So long after a view is shown the others are loaded too: they are there at once, and without a server. */
const REST_MS = 3000;

/** Make the links to the views; the view that the address names is shown in `main`. */
export function makeNavigation(context, main) {
  const { address, panel } = context;
  const links = new Map(VIEWS.map((view) => [view, makeLink(view, address)]));
  const made = new Map();
  let shown = null;

  async function showView() {
    const view = findView(address.view);
    const next = made.get(view) ?? (await makeView(view));
    if (findView(address.view) !== view) return;
    if (next !== shown) {
      shown?.hide?.();
      panel.close();
      replace(main, next.element);
      document.title = `${view.title} – segmock`;
      markCurrent(links, view);
      shown = next;
    }
    next.show?.(address.query);
  }

  async function makeView(view) {
    try {
      const make = await view.load();
      // It may have been asked for again meanwhile.
      if (!made.has(view)) made.set(view, make(context));
      return made.get(view);
    } catch (error) {
      reportError(error);
      return makeFailure(view);
    }
  }

  address.changed.add(showView);
  showView().then(() => setTimeout(loadAll, REST_MS));
  return h("nav", { "aria-label": "Views" }, [...links.values()]);
}

function findView(name) {
  return VIEWS.find((view) => view.name === name) ?? VIEWS[0];
}

function makeLink({ name, title }, address) {
  const go = (event) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    address.go(name);
  };
  return h("a", { href: `#${name}`, on: { click: go } }, title);
}

function markCurrent(links, current) {
  for (const [view, link] of links) {
    if (view === current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Make what stands in place of a view whose modules could not be loaded. */
function makeFailure({ title }) {
  const words = "This view could not be loaded: the server may have ended, or be another one by now.";
  const again = makeButton("Load the page again", () => location.reload(), { class: "primary" });
  const head = h("div", { class: "view-head" }, h("h1", {}, title));
  return { element: h("section", {}, head, h("div", { class: "empty" }, h("p", { class: "bad", role: "alert" }, words), again)) };
}

function loadAll() {
  // Whoever opens a view that could not be loaded is told so then.
  for (const { load } of VIEWS) load().catch(() => {});
}
