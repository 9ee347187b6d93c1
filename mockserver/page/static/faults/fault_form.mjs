// The form that arms a rule: what it does, which calls it strikes, what it looks like as JSON, words and code.

import { h, markCode, replace } from "../base/dom.mjs";
import { describeRule } from "../common/fault_words.mjs";
import { changes, makeButton } from "../parts/actions.mjs";
import { makeControlCommands, showCode, showCommands } from "../parts/commands.mjs";
import { tell } from "../parts/notes.mjs";
import { holdToRefusal, send } from "../server/api.mjs";
import { makePlace } from "./fault_place.mjs";
import { armRule, pickRule } from "./fault_requests.mjs";
import { makeSteps } from "./fault_steps.mjs";

// What a refusal is about, by how it is said, as far as there is a field for it.
const ABOUT = [
  [/\bat `?\$\.(?:on\.)?(\w+)/, (found) => [found[1]]],
  [/^`(times|skip|every|probability|when)`/, (found) => [found[1]]],
  [/^there is no (route|model)\b/, (found) => [found[1]]],
  [/ has no (model)$/, (found) => [found[1]]],
  [/ is not asked about a job that has a state$/, () => ["state"]],
  [/ cannot strike (?:before|after) /, () => ["when"]],
  [/ never strikes /, () => ["route"]],
  [/^a job that is \w+ cannot get /, () => ["state"]],
  [/^do((?:\.[\w-]+|\[\d+\])*):? /, (found) => ["do", ...found[1].split(/[.[\]]+/).filter(Boolean)]],
];

/**
 * Make the form.
 *
 * @param {{effects: object[], routes: object[]}} table What `GET /_mock/effects` says.
 * @param {object} target For which account: see fault_target.mjs.
 */
export function makeFaultForm({ effects, routes }, target) {
  const steps = makeSteps(effects, change);
  const place = makePlace(routes, change);
  const refusal = h("p", { class: "bad refusal", role: "alert" });
  const preview = h("div", { class: "preview" });
  const arm = makeButton("Arm it", submit, { class: "primary" });
  const title = h("h2", { tabindex: "-1" }, "Arm a fault");
  const element = h(
    "section",
    { class: "card arm" },
    title,
    h("h3", {}, "What happens"),
    steps.element,
    h("h3", {}, "Which calls"),
    place.element,
    h("div", { class: "bar" }, arm),
    refusal,
    preview,
  );

  function read() {
    const deed = steps.read();
    const rest = place.read();
    return { value: { do: deed.value, ...rest.value }, problems: [...deed.problems, ...rest.problems] };
  }

  function change() {
    place.fit(steps.rows(), steps.isList());
    show();
  }

  function show() {
    const { value: rule } = read();
    const isOpen = preview.querySelector(".commands")?.open;
    const commands = showCommands(() => makeControlCommands(armRule(read().value, target.value)), "Arm it as code");
    if (isOpen) commands.open = true;
    replace(
      preview,
      h("h3", {}, "The rule"),
      h("p", { class: "words" }, describeRule({ ...rule, account: target.value })),
      showCode(JSON.stringify(armRule(rule, target.value).body, null, 2), "The rule as JSON"),
      commands,
    );
  }

  function clear() {
    replace(refusal);
    place.clearProblems();
  }

  async function submit() {
    clear();
    steps.check();
    const { value: rule, problems } = read();
    if (problems.length) {
      replace(refusal, "Something in the form cannot be read: see the fields.");
      element.querySelector('[aria-invalid="true"]')?.focus();
      return;
    }
    const { method, path, body } = armRule(rule, target.value);
    try {
      const armed = await send(method, path, body);
      tell(`Armed ${armed.id}: ${describeRule(armed)}`);
      changes.call();
    } catch (error) {
      holdToRefusal(error);
      refuse(error);
    }
  }

  /** Say at the form, and at the field that it is about, why the server refused; what was typed stays. */
  function refuse({ message, hint }) {
    replace(refusal, markCode(message), hint && h("span", { class: "hint" }, " ", markCode(hint)));
    const match = ABOUT.map(([pattern, find]) => [pattern.exec(message), find]).find(([found]) => found);
    if (!match) return;
    const [name, ...path] = match[1](match[0]);
    if (name === "do") steps.showProblem(path, message);
    else place.showProblem(name, hint ? `${message}: ${hint}` : message);
  }

  function write(rule) {
    const { do: deed, ...rest } = pickRule(rule);
    // A list of one strikes once, as its effect does with `times`.
    const isOne = Array.isArray(deed) && deed.length === 1;
    steps.write(isOne ? deed[0] : deed);
    place.write(isOne ? { times: 1, ...rest } : rest);
    steps.clearProblems();
    clear();
    change();
  }

  write({ do: effects[0].example });
  return {
    element,
    write,
    refresh: show,
    setModels: place.setModels,
    /** Show the form, ready to be changed. */
    focus() {
      title.scrollIntoView({ block: "nearest" });
      title.focus();
    },
  };
}
