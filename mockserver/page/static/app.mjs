// The page: its header, its views, and what they share.

import { makeScope, makeScopeChooser } from "./accounts/scope.mjs";
import { makeAddressState } from "./base/address.mjs";
import { h, replace } from "./base/dom.mjs";
import { keepFocus } from "./base/focus.mjs";
import { makeClock } from "./clock/clock.mjs";
import { showConnection } from "./connection.mjs";
import { listenForKeys } from "./keys.mjs";
import { isPlainClick } from "./parts/links.mjs";
import { makePanel } from "./parts/panel.mjs";
import { makeExchanges } from "./server/exchanges.mjs";
import { VIEWS } from "./views.mjs";

function startPage() {
  const main = document.getElementById("main");
  keepFocus(main);
  document.querySelector(".skip").addEventListener("click", (event) => {
    // What comes after `#` in the address names a view.
    event.preventDefault();
    main.focus();
  });
  const address = makeAddressState(VIEWS[0].name);
  const exchanges = makeExchanges();
  const context = {
    address,
    exchanges,
    scope: makeScope(address),
    panel: makePanel(document.getElementById("panel")),
  };
  const links = VIEWS.map(({ name, title }) => ({ name, link: h("a", { href: `#${name}` }, title) }));
  for (const { name, link } of links) {
    link.addEventListener("click", (event) => {
      if (!isPlainClick(event)) return;
      event.preventDefault();
      address.go(name);
    });
  }
  const header = document.getElementById("header");
  const connection = showConnection(exchanges);
  replace(
    header,
    h("p", { class: "brand" }, "segmock"),
    h("nav", { "aria-label": "Views" }, links.map(({ link }) => link)),
    h("div", { class: "state" }, makeScopeChooser(context.scope, exchanges), makeClock(context), connection.sign),
  );
  header.after(connection.line);
  makeSwitch(context, links);
  listenForKeys(context);
  exchanges.start();
}

/** Show the view that the address names, and go with it when it names another. */
function makeSwitch(context, links) {
  const main = document.getElementById("main");
  const made = new Map();
  let shown = null;

  function showView() {
    const view = VIEWS.find(({ name }) => name === context.address.view) ?? VIEWS[0];
    if (!made.has(view)) made.set(view, view.make(context));
    const next = made.get(view);
    if (next !== shown) {
      shown?.hide?.();
      context.panel.close();
      replace(main, next.element);
      document.title = `${view.title} – segmock`;
      for (const { name, link } of links) {
        if (name === view.name) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
      shown = next;
    }
    next.show?.(context.address.query);
  }

  context.address.changed.add(showView);
  showView();
}

startPage();
