// Whether the page hears of its server: a sign in the header, and a line of words where it does not.

import { h, replace } from "./base/dom.mjs";

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
  const show = () => {
    const { state } = exchanges;
    if (sign.dataset.state === state) return;
    sign.dataset.state = state;
    sign.title = WORDS[state];
    replace(line, state === "lost" ? makeTrouble() : h("span", { class: "visually-hidden" }, WORDS[state]));
  };
  exchanges.connection.add(show);
  show();
  return { sign, line };
}

function makeTrouble() {
  return h(
    "p",
    { class: "lost" },
    h("strong", {}, `${WORDS.lost} – trying again.`),
    " What is shown may have changed since. If the server has ended, start it again at ",
    h("code", {}, location.host),
    ": the page then goes on by itself.",
  );
}
