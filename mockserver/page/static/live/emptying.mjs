// Emptying the journal, of one account or of all.

import { h } from "../base/dom.mjs";
import { makeButton, perform } from "../parts/actions.mjs";
import { makeControlCommands, showCommands } from "../parts/commands.mjs";
import { confirmAction } from "../parts/confirm.mjs";
import { makeAddress } from "../server/api.mjs";

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
