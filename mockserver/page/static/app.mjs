// The page: its header, its views, and what they share.

import { makeScope, makeScopeChooser } from "./accounts/scope.mjs";
import { makeAddressState } from "./base/address.mjs";
import { h, replace } from "./base/dom.mjs";
import { keepFocus } from "./base/focus.mjs";
import { makeClock } from "./clock/clock.mjs";
import { showConnection } from "./connection.mjs";
import { listenForKeys } from "./keys.mjs";
import { makeNavigation } from "./navigation.mjs";
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
  const header = document.getElementById("header");
  const connection = showConnection(exchanges);
  replace(
    header,
    h("p", { class: "brand" }, "segmock"),
    makeNavigation(context, main),
    h("div", { class: "state" }, makeScopeChooser(context.scope, exchanges), makeClock(context), connection.sign),
  );
  header.after(connection.line);
  listenForKeys(context);
  exchanges.start();
}

startPage();
