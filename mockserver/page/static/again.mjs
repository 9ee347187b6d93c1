// Programs that send the request of an exchange again.

import { makeCurl } from "./again_curl.mjs";
import { makeNode } from "./again_node.mjs";
import { makePytest } from "./again_pytest.mjs";
import { makePython } from "./again_python.mjs";
import { get } from "./api.mjs";
import { showCommands } from "./commands.mjs";
import { h } from "./dom.mjs";
import { loadWhole } from "./exchange_source.mjs";
import { readRequest } from "./sent_request.mjs";

/** Show how to send the request of an exchange again. */
export function showAgain(context, exchange) {
  // It may be a while until somebody looks: what the programs need is loaded meanwhile.
  const sources = { exchange, rule: null, submit: null };
  loadSources(context, sources);
  return h("section", { "aria-label": "Again" }, h("h3", {}, "Again"), showCommands(() => makeAgain(sources), "Again as …"));
}

/** Return the programs: `exchange`, the `rule` that struck it, and the `submit` of its job, if known. */
export function makeAgain({ exchange, rule, submit }) {
  const request = readRequest(exchange);
  return [
    { title: "curl", text: makeCurl(request, exchange) },
    { title: "Python", text: makePython(request, exchange) },
    { title: "Node", text: makeNode(request, exchange) },
    { title: "pytest", text: makePytest(request, { exchange, rule, submit: submit && readRequest(submit) }) },
  ];
}

async function loadSources(context, sources) {
  const { exchange } = sources;
  const load = async (name, promise) => {
    try {
      sources[name] = (await promise) ?? sources[name];
    } catch {
      // The program says what it does without.
    }
  };
  await Promise.all([
    load("exchange", loadWhole(exchange.seq)),
    load("rule", exchange.fault_id && get(`/_mock/faults/${encodeURIComponent(exchange.fault_id)}`)),
    load("submit", exchange.request_id && findSubmit(context, exchange)),
  ]);
}

async function findSubmit({ exchanges }, { request_id: id, seq }) {
  const known = exchanges.all.find((each) => each.request_id === id && each.route === "submit" && each.seq < seq);
  return known && loadWhole(known.seq);
}
