// Programs that send the request of an exchange again.

import { h } from "../base/dom.mjs";
import { refreshCommands, showCommands } from "../parts/commands.mjs";
import { makeCurl } from "./again_curl.mjs";
import { makeNode } from "./again_node.mjs";
import { makePytest } from "./again_pytest.mjs";
import { makePython } from "./again_python.mjs";
import { loadSources } from "./again_sources.mjs";
import { readRequest } from "./sent_request.mjs";

/** Show how to send the request of an exchange again. */
export function showAgain(exchange) {
  let sources = { exchange, rule: null, submit: null, route: null };
  const commands = showCommands(() => makeAgain(sources), "Again as …");
  // What the programs need is loaded while nobody looks yet.
  loadSources(exchange).then((loaded) => {
    sources = loaded;
    refreshCommands(commands);
  });
  return h("section", { "aria-label": "Again" }, h("h3", {}, "Again"), commands);
}

/** Return the programs: `exchange`, and if known its `rule`, the `submit` of its job, and its `route`. */
export function makeAgain({ exchange, rule, submit, route }) {
  const request = readRequest(exchange);
  return [
    { title: "curl", text: makeCurl(request, exchange) },
    { title: "Python", text: makePython(request, exchange) },
    { title: "Node", text: makeNode(request, exchange) },
    { title: "pytest", text: makePytest(request, { exchange, rule, submit: submit && readRequest(submit), route }) },
  ];
}
