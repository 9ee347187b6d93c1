// Emptying the journal, of one account or of all.

import { makeButton, perform } from "./actions.mjs";
import { makeAddress } from "./api.mjs";
import { makeControlCommands, showCommands } from "./commands.mjs";
import { confirmAction } from "./confirm.mjs";
import { h } from "./dom.mjs";

/** Make the button that empties the journal of the account chosen, or of all. */
export function makeEmptying({ exchanges, scope }) {
  return makeButton("Empty the journal …", async () => {
    const account = scope.chosen.length === 1 ? scope.chosen[0] : null;
    const request = { method: "DELETE", path: makeAddress("/_mock/requests", { api_key: account }) };
    const whose = account ?? "every account";
    const details = [
      h("span", {}, `All exchanges of ${whose} are forgotten, and with them the verdicts that rest on them. Jobs stay.`),
      showCommands(() => makeControlCommands(request)),
    ];
    if (!(await confirmAction("Empty the journal?", details, "Empty it"))) return;
    const answer = await perform(request, `The journal of ${whose} is empty.`);
    if (answer !== undefined) exchanges.drop(account);
  }, { class: "danger" });
}
