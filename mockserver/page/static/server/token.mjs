// The admin token: asked for once, and kept for this tab alone.

import { h } from "../base/dom.mjs";

const NAME = "segmock-admin-token";
const SENDABLE = String.raw`[\x20-\x7e\xa0-\xff]+`;
let asked = null;

/** Return the headers that let a request through. */
export function makeTokenHeaders() {
  const token = sessionStorage.getItem(NAME);
  return token ? { authorization: `Bearer ${token}` } : {};
}

/** Tell whether this tab bears a token. */
export function hasToken() {
  return sessionStorage.getItem(NAME) !== null;
}

/** Ask for the token; all who ask at once wait for the same answer. */
export function askToken() {
  asked ??= new Promise((resolve) => showDialog(resolve)).finally(() => {
    asked = null;
  });
  return asked;
}

function showDialog(resolve) {
  const wasWrong = hasToken();
  sessionStorage.removeItem(NAME);
  const field = h("input", { id: "token", type: "password", autocomplete: "off", required: true, pattern: SENDABLE, title: "What a header can hold: Latin letters, digits and signs" });
  const dialog = h(
    "dialog",
    {
      class: "token",
      "aria-labelledby": "token-title",
      // Escape pressed twice closes it whatever is said of `cancel`; there is nothing to go back to.
      on: { cancel: (event) => event.preventDefault(), close: () => dialog.isConnected && dialog.showModal() },
    },
    h(
      "form",
      {
        method: "dialog",
        on: {
          submit: (event) => {
            event.preventDefault();
            sessionStorage.setItem(NAME, field.value.trim());
            dialog.remove();
            resolve();
          },
        },
      },
      h("h2", { id: "token-title" }, "This server wants its admin token"),
      wasWrong && h("p", { class: "bad", role: "alert" }, "The token of this tab is not, or no longer, that of the server."),
      h("p", {}, "It was started with ", h("code", {}, "--admin-token"), " (or SEGMOCK_ADMIN_TOKEN). The token stays in this tab."),
      h("label", { for: "token" }, "Admin token"),
      field,
      h("button", { class: "primary" }, "Go on"),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
}
