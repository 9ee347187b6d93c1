// One exchange of the journal, with every number in its bodies as it was spelled.

import { parseExact } from "../base/exact_json.mjs";
import { ask, makeAddress, readBody } from "../server/api.mjs";

/** Return the exchange of this number; undefined if the journal has it no longer. */
export async function loadWhole(seq) {
  const response = await ask(makeAddress("/_mock/requests", { after: seq - 1, limit: 1 }));
  const text = await readBody(response);
  const [exchange] = JSON.parse(text).requests;
  if (exchange?.seq !== seq) return undefined;
  const [exact] = parseExact(text).requests;
  exchange.request.body = exact.request.body;
  exchange.response.body = exact.response.body;
  return exchange;
}
