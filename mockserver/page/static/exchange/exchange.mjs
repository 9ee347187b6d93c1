// One exchange in the panel: what was asked, what was answered, and why.

import { showAgain } from "../again/again.mjs";
import { h, replace } from "../base/dom.mjs";
import { showMessage } from "../common/bodies.mjs";
import { loadWhole } from "../common/exchange_source.mjs";
import { tell, tellError } from "../parts/notes.mjs";
import { holdToRefusal } from "../server/api.mjs";
import { findPlace } from "../server/exchanges.mjs";
import { showFacts } from "./behaviours.mjs";
import { showFindings } from "./exchange_findings.mjs";
import { showHistory } from "./exchange_history.mjs";
import { showOutputs } from "./exchange_outputs.mjs";
import { showSummary } from "./exchange_summary.mjs";

const STEPS = [
  { name: "previous", text: "← Previous", step: -1, ofJob: false },
  { name: "next", text: "Next →", step: 1, ofJob: false },
  { name: "previous-of-job", text: "← Of this job", step: -1, ofJob: true },
  { name: "next-of-job", text: "Of this job →", step: 1, ofJob: true },
];

/** Who opens an exchange at this moment: for them nothing is closed by that. */
let next = null;

/**
 * Show an exchange in the panel.
 *
 * @param {object} context The context of the page.
 * @param {object} exchange The exchange, as the journal has it.
 * @param {{whenShown?: (exchange: object) => void, whenClosed?: () => void}} listeners Who wants to
 *   know which exchange is shown, also when somebody goes on to another, and when none is any more.
 */
export function openExchange(context, exchange, listeners = {}) {
  const history = showHistory(exchange, (seq) => goTo(context, seq, listeners));
  const steps = makeSteps(context, exchange, listeners);
  const stop = context.exchanges.added.add((some) => {
    steps.update();
    if (some.some((each) => isOfSameJob(each, exchange))) history.update();
  });
  const content = [
    steps.element,
    showSummary(context, exchange),
    showFindings(context, exchange),
    showOutputs(exchange),
    showMessages(exchange),
    showFacts(exchange.behaviours),
    history.element,
    showAgain(exchange),
  ];
  const close = () => {
    stop();
    if (next !== listeners) listeners.whenClosed?.();
  };
  next = listeners;
  context.panel.open(`#${exchange.seq} ${exchange.method} ${exchange.path}`, content, close);
  next = null;
  listeners.whenShown?.(exchange);
}

/** Show the exchange of this number, of the page's own or of the journal's. */
export async function goTo(context, seq, listeners = {}) {
  try {
    const exchange = context.exchanges.find(seq) ?? (await loadWhole(seq));
    if (exchange) openExchange(context, exchange, listeners);
    else tell(`The journal no longer has exchange #${seq}.`);
  } catch (error) {
    tellError(error);
  }
}

/** Show request and response; numbers that JavaScript would change are asked for as they were spelled. */
function showMessages(exchange) {
  const element = h("div", {});
  const show = ({ request, response, truncated, delivery }) =>
    replace(element, showMessage("Request", request, truncated), showMessage("Response", response, truncated, delivery));
  const render = ({ request, response }) => JSON.stringify([request.body, response.body]);
  show(exchange);
  loadWhole(exchange.seq).then(
    (whole) => whole && render(whole) !== render(exchange) && show(whole),
    holdToRefusal,
  );
  return element;
}

/** Make the buttons that go to the exchanges before and after this one. */
function makeSteps(context, exchange, listeners) {
  const buttons = STEPS.filter(({ ofJob }) => !ofJob || exchange.request_id).map((each) => ({
    ...each,
    button: h("button", { class: "small", type: "button", "data-step": each.name, on: { click: () => go(each) } }, each.text),
  }));

  function go({ name, ...wanted }) {
    const neighbour = findNeighbour(context, exchange, wanted);
    if (!neighbour) return;
    openExchange(context, neighbour, listeners);
    context.panel.element.querySelector(`[data-step="${name}"]`)?.focus({ preventScroll: true });
  }

  function update() {
    for (const { button, ...wanted } of buttons) {
      button.setAttribute("aria-disabled", String(!findNeighbour(context, exchange, wanted)));
    }
  }

  update();
  const element = h("div", { class: "bar steps", role: "group", "aria-label": "Other exchanges" }, buttons.map(({ button }) => button));
  return { element, update };
}

/** Return the exchange before or after another, of the same job or of the accounts chosen. */
function findNeighbour({ exchanges, scope }, exchange, { step, ofJob }) {
  const { all } = exchanges;
  let place = findPlace(all, exchange.seq);
  if (step > 0 && all[place]?.seq !== exchange.seq) place -= 1;
  for (place += step; place >= 0 && place < all.length; place += step) {
    if (ofJob ? isOfSameJob(all[place], exchange) : scope.has(all[place].account)) return all[place];
  }
  return undefined;
}

function isOfSameJob(one, other) {
  return Boolean(one.request_id) && one.request_id === other.request_id;
}
