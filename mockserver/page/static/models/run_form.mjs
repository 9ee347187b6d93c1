// A form that runs a model: its parameters as fields, or as JSON by hand.

import { h, replace } from "../base/dom.mjs";
import { makeForm } from "../forms/form.mjs";
import { makeJsonBox } from "../forms/json_box.mjs";
import { uploadPicked } from "../forms/picked_files.mjs";
import { makeButton } from "../parts/actions.mjs";
import { showCommands } from "../parts/commands.mjs";
import { keepKey, readKey } from "../server/page_key.mjs";
import { makeRun } from "./run.mjs";
import { makeRunCommands } from "./run_code.mjs";
import { makeFormSchema } from "./run_schema.mjs";

const KEY_HINT = "Any text is a key here, unless the server was told otherwise. The run is its account's; this tab remembers it.";

/**
 * Make the form.
 *
 * @param {object} context The context of the page.
 * @param {object} model The model, as the control plane shows it.
 * @param {object} given The body that the form begins with.
 * @returns {{element: HTMLElement, stop: () => void}} `stop` has it ask no more about a run.
 */
export function makeRunForm(context, model, given) {
  const settings = makeSettings();
  const body = makeBody(model, given);
  const problem = h("p", { class: "problem bad", role: "alert", hidden: true });
  const results = h("div", { class: "run-results" });
  let run = null;
  uploadPicked(body.element, () => settings.read().key);

  function showProblem(text) {
    replace(problem, text);
    problem.hidden = text === "";
  }

  async function submit() {
    const { value, problems } = body.read();
    const [first] = problems;
    showProblem(first ? `${first.path.join(".") || "The body"} ${first.reason}` : "");
    if (first) return;
    run?.stop();
    keepKey(settings.read().key);
    run = makeRun(context, { slug: model.slug, ...settings.read(), body: value }, showProblem);
    replace(results, run.element);
    results.scrollIntoView({ block: "nearest" });
    await run.submit();
  }

  const button = makeButton("Run", submit, { class: "primary" });
  const back = makeButton("Put back", () => body.write(given));
  const commands = showCommands(() => makeRunCommands({ slug: model.slug, ...settings.read(), body: body.read().value }), "This run as code");
  return {
    element: h("div", { class: "run-form" }, settings.element, body.element, h("div", { class: "bar" }, button, back), problem, commands, results),
    stop: () => run?.stop(),
  };
}

/** Make what is said of a run beside its body: the key, and which version of the API. */
function makeSettings() {
  const key = h("input", {
    id: "run-key",
    value: readKey(),
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "run-key-hint",
  });
  const version = h(
    "select",
    { id: "run-version" },
    h("option", { value: "v2" }, "v2: queue it, and poll"),
    h("option", { value: "v1" }, "v1: wait for it"),
  );
  const element = h(
    "div",
    { class: "fields" },
    h("div", { class: "field" }, h("label", { for: "run-key" }, "Key"), key, h("p", { class: "hint", id: "run-key-hint" }, KEY_HINT)),
    h("div", { class: "field" }, h("label", { for: "run-version" }, "How"), version),
  );
  return { element, read: () => ({ key: key.value.trim(), version: version.value }) };
}

/** Make the body of the request, as fields or as JSON; what was written in one is in the other. */
function makeBody(model, given) {
  const form = makeForm(makeFormSchema(model.schema, model.sample), { value: given });
  const box = makeJsonBox({ id: "run-json", changed: () => {} });
  const byHand = h("div", { class: "field", hidden: true }, h("label", { for: "run-json" }, "The body, as JSON"), box.element);
  const toggle = h("button", { class: "small", type: "button", "aria-pressed": "false", on: { click: change } }, "As JSON");
  const told = h("p", { class: "problem bad", role: "alert", hidden: true });
  let isByHand = false;

  function change() {
    const { value, problems } = read();
    const reason = problems.length ? problems[0].reason : isByHand && !isObject(value) ? "is no JSON object, as the fields are" : "";
    replace(told, reason && `This ${reason}.`);
    told.hidden = reason === "";
    if (reason) return;
    (isByHand ? form : box).write(value);
    isByHand = !isByHand;
    toggle.setAttribute("aria-pressed", String(isByHand));
    form.element.hidden = isByHand;
    byHand.hidden = !isByHand;
  }

  function read() {
    return isByHand ? box.read() : form.read();
  }

  function write(value) {
    (isByHand ? box : form).write(value);
    told.hidden = true;
  }

  return { element: h("div", { class: "run-body" }, h("div", { class: "bar" }, toggle), told, form.element, byHand), read, write };
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
