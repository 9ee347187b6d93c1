// One model in the panel: what is known of it, and a form that runs it.

import { h, markCode } from "../base/dom.mjs";
import { renderMoney } from "../base/money.mjs";
import { explainEvidence } from "../common/evidence.mjs";
import { makeControlCommands, showCommands } from "../parts/commands.mjs";
import { makeFactList } from "../parts/fact_list.mjs";
import { showJson } from "../parts/json_view.mjs";
import { tell, tellError } from "../parts/notes.mjs";
import { encodeName, get, holdToRefusal } from "../server/api.mjs";
import { makeLevel } from "./model_rows.mjs";
import { LEVELS, MAKES, renderPrice, renderSeconds } from "./model_words.mjs";
import { showParameters } from "./parameters.mjs";
import { makeRunForm } from "./run_form.mjs";

/** The forms of so many models stay as they were left. */
const MOST_KEPT = 20;

/**
 * Make the choice of the model that the panel shows: it is in the address, `model=SLUG`, and with
 * `like=ID` its form begins with what the job of this id was asked with.
 */
export function makeChosenModel(context, mark) {
  const { address, panel } = context;
  const forms = makeForms(context);
  let shown = null;

  function whenClosed(key) {
    if (shown !== key) return;
    shown = null;
    mark(null);
    if (address.view === "models" && address.query.model) address.set({ model: null, like: null });
  }

  async function read({ model: slug = null, like = null }) {
    const key = slug && JSON.stringify([slug, like]);
    if (key === shown) return;
    shown = key;
    if (key === null) {
      panel.close();
      return;
    }
    try {
      const [model, params] = await Promise.all([get(`/_mock/models/${encodeName(slug)}`), like && findParams(like)]);
      if (shown !== key) return;
      mark(slug);
      openModel(context, model, forms.find(key, model, params), () => whenClosed(key));
    } catch (error) {
      tellError(error);
    }
  }

  return { read };
}

/** Find what a job was asked with: of its output, which is kept for longer, or of itself. */
async function findParams(id) {
  const { outputs } = await get("/_mock/outputs", { request_id: id, limit: 1 });
  if (outputs.length) return outputs[0].params;
  try {
    return (await get(`/_mock/jobs/${encodeName(id)}`)).params;
  } catch (error) {
    holdToRefusal(error);
    tell("What was asked for then is not kept any longer: this is the model's own sample.");
    return null;
  }
}

/** Make what keeps forms: who comes back to a model finds what was written, and the run. */
function makeForms(context) {
  const kept = new Map();

  function find(key, model, params) {
    const told = JSON.stringify(model);
    const known = kept.get(key);
    kept.delete(key);
    kept.set(key, known?.told === told ? known : { told, ...makeFoldedForm(context, model, params) });
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
    return kept.get(key);
  }

  return { find };
}

function makeFoldedForm(context, model, params) {
  const { element, stop } = makeRunForm(context, model, params ?? model.sample);
  return { element: h("details", { class: "run", open: params !== null }, h("summary", {}, "Run it"), element), stop };
}

function openModel(context, model, form, whenClosed) {
  const content = [
    h("p", {}, markCode(model.description)),
    showFacts(model),
    form.element,
    h("h3", {}, "Parameters"),
    showParameters(model.schema),
    showEvidence(model.evidence),
    showUnknown(model.unknown),
    showFolded("A sample", () => showJson(model.sample)),
    showFolded("Its JSON Schema", () => showJson(model.schema)),
    showCommands(() => makeControlCommands({ method: "GET", path: `/_mock/models/${encodeName(model.slug)}` }), "This contract as code"),
  ];
  context.panel.open(model.slug, content, () => {
    form.stop();
    whenClosed();
  });
}

function showFacts(model) {
  const { title, level, makes, task, provider, retired, v1_returns: v1 } = model;
  const rows = [
    ["Title", title],
    ["Level", [makeLevel(level), " ", LEVELS[level]]],
    ["Makes", `${MAKES[makes] ?? makes} (${task})`],
    ["Costs", showPrice(model)],
    ["Takes", renderSeconds(model)],
    ["Speaks like", provider],
    ["On v1", `answers with ${v1}`],
    ["Retired", retired && "yes"],
  ];
  return makeFactList(rows);
}

function showPrice(model) {
  const { parameter, usd_by_value: values } = model.price;
  const words = Object.entries(values ?? {}).map(([value, usd]) => `${value} ${renderMoney(usd)}`);
  return [renderPrice(model), words.length > 0 && `, by ${parameter}: ${words.join(", ")}`];
}

function showEvidence(evidence) {
  const lines = evidence.map(({ what, evidence: kind, source, date, fact }) => {
    const more = [source, date, fact && `fact ${fact}`].filter(Boolean).join(", ");
    return h("li", {}, what, ": ", h("strong", { title: explainEvidence(kind) }, kind), more && h("span", { class: "faint" }, ` (${more})`));
  });
  return showFolded(`Where this comes from (${evidence.length})`, () => h("ul", {}, lines));
}

function showUnknown(gaps) {
  if (gaps.length === 0) return null;
  return showFolded(`What is not known (${gaps.length})`, () => h("ul", {}, gaps.map((gap) => h("li", {}, gap))));
}

/** Show what is made when somebody looks. */
function showFolded(title, make) {
  const content = h("div", {});
  const details = h("details", { class: "folded", on: { toggle: fill } }, h("summary", {}, title), content);
  function fill() {
    if (details.open && content.childElementCount === 0) content.append(make());
  }
  return details;
}
