// The verdicts of the control plane: which rules clients broke, and with which exchanges.

import { get } from "../server/api.mjs";

const MOST_PAGES = 20;

/**
 * Load what the journal says of the clients of an account, or of all.
 *
 * @param {string|null} account The name of an account; null for all.
 * @param {boolean} isOneRun Whether the journal is to be read as one run of one program.
 */
export async function loadVerdicts(account, isOneRun) {
  const query = { api_key: account, one_run: isOneRun ? "true" : undefined };
  const verdicts = [];
  let [after, dropped] = [undefined, 0];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await get("/_mock/verdicts", { ...query, after });
    verdicts.push(...answer.verdicts);
    dropped = answer.dropped ?? 0;
    after = answer.next;
    if (after === null || after === undefined) break;
  }
  return { verdicts, dropped };
}

/**
 * Return verdicts by their rules, in the order of the rules: each with its words and, for each
 * account, the numbers of its exchanges.
 */
export function groupVerdicts(verdicts, rules) {
  const groups = new Map(rules.map((rule) => [rule.id, { ...rule, accounts: [] }]));
  for (const { account, api_key: key, requests, ...rule } of verdicts) {
    if (!groups.has(rule.id)) groups.set(rule.id, { ...rule, accounts: [] });
    groups.get(rule.id).accounts.push({ account, key, requests });
  }
  return [...groups.values()].filter(({ accounts }) => accounts.length > 0);
}
