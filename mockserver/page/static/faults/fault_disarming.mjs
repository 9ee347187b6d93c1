// What disarms all rules that the page is about.

import { h, replace } from "../base/dom.mjs";
import { makeButton, perform } from "../parts/actions.mjs";
import { makeControlCommands, showCommands } from "../parts/commands.mjs";
import { disarmAll } from "./fault_requests.mjs";

/** Make the button, and `code`, the same as commands; `show` takes whether any rule is shown. */
export function makeDisarming(scope) {
  const button = makeButton("Disarm all", disarm, { class: "danger" });
  const code = h("div", {});
  scope.changed.add(name);
  name();

  function name() {
    const { length } = scope.chosen;
    const whose = length === 0 ? "" : ` of ${length === 1 ? "this account" : `${length} accounts`}`;
    replace(button, `Disarm all${whose}`);
    const make = () => makeControlCommands(disarmAll(scope.chosen[0]));
    replace(code, showCommands(make, `${button.textContent} as code`));
  }

  async function disarm() {
    const accounts = scope.chosen.length ? scope.chosen : [""];
    for (const account of accounts) {
      await perform(disarmAll(account), account ? `Disarmed all rules of ${account} alone.` : "Disarmed all rules.");
    }
  }

  function show(isAny) {
    code.hidden = !isAny;
    button.disabled = !isAny;
  }

  return { button, code, show };
}
