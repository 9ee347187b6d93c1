// Whether the page hears of its server: a sign in the header, and a line of words where it does not.

import { h, markCode, replace } from "./base/dom.mjs";

const WORDS = {
  connecting: "Connecting …",
  open: "Connected",
  left: "Not connected while nobody looks",
  lost: "Disconnected",
};

/**
 * Make the sign, and the line to be put below the header.
 *
 * The line is heard by who cannot see it, once each time that the server is lost or there again: what
 * is told again while the page tries is the same text, and stays.
 */
export function showConnection(exchanges) {
  const sign = h("span", { class: "connection", "aria-hidden": "true" }, h("span", { class: "dot" }));
  const line = h("div", { role: "status" });
  let said = null;
  const show = () => {
    const { state } = exchanges;
    const refused = exchanges.refusal?.words ?? "";
    if (said === state + refused) return;
    said = state + refused;
    sign.dataset.state = state;
    sign.title = WORDS[state];
    replace(line, state === "lost" ? makeTrouble(refused) : h("span", { class: "visually-hidden" }, WORDS[state]));
  };
  exchanges.connection.add(show);
  show();
  return { sign, line };
}

function makeTrouble(refused) {
  const advice = refused
    ? ["The server does not let this page hear of exchanges: ", markCode(refused)]
    : ["If the server has ended, start it again at ", h("code", {}, location.host), ": the page then goes on by itself."];
  const trouble = h("strong", {}, `${WORDS.lost} – trying again.`);
  return h("p", { class: "lost" }, trouble, " What is shown may have changed since. ", advice);
}
