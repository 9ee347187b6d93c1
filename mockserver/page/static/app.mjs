// The page: its header, its views, and what they share.

import { makeAddressState } from "./address.mjs";
import { makeClock } from "./clock.mjs";
import { h, replace } from "./dom.mjs";
import { makeExchanges } from "./exchanges.mjs";
import { keepFocus } from "./focus.mjs";
import { listenForKeys } from "./keys.mjs";
import { isPlainClick } from "./links.mjs";
import { makePanel } from "./panel.mjs";
import { makeScope, makeScopeChooser } from "./scope.mjs";
import { VIEWS } from "./views.mjs";

const CONNECTIONS = {
  connecting: "Connecting …",
  open: "Connected",
  lost: "Not connected: trying again",
};

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
  replace(
    document.getElementById("header"),
    h("p", { class: "brand" }, "segmock"),
    h("nav", { "aria-label": "Views" }, links.map(({ link }) => link)),
    h("div", { class: "state" }, makeScopeChooser(context.scope, exchanges), makeClock(context), makeConnection(exchanges)),
  );
  makeSwitch(context, links);
  listenForKeys(context);
  exchanges.start();
}

function makeConnection(exchanges) {
  const text = h("span", { class: "visually-hidden" });
  const sign = h("span", { class: "connection", role: "status" }, h("span", { class: "dot" }), text);
  const show = () => {
    const { state } = exchanges;
    // Who lost a server tries again and again: that is said once.
    if (state === "connecting" && sign.dataset.state === "lost") return;
    sign.dataset.state = state;
    sign.title = CONNECTIONS[state];
    replace(text, CONNECTIONS[state]);
  };
  exchanges.connection.add(show);
  show();
  return sign;
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
