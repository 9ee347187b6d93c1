// Common troubles, made of the examples of effects: what people ask first whether their client bears it.

const PRESETS = [
  {
    title: "503 twice on status",
    why: "A poll fails for a moment. A client that gives up has paid for a result that it never sees.",
    effect: "status",
    rule: { on: { route: "status" }, times: 2 },
  },
  {
    title: "429 on submit",
    why: "The window is full, once. A client waits until it resets, and submits again.",
    effect: "status",
    change: { status: 429, body: undefined },
    rule: { on: { route: "submit" }, times: 1 },
  },
  {
    title: "Answer lost after the charge",
    why: "The run is queued and charged, and the connection is reset. A client that submits again pays twice.",
    effect: "reset",
    rule: { on: { route: "submit" }, when: "after", times: 1 },
  },
  {
    title: "The job fails",
    why: "The next job ends as FAILED, with an error to show.",
    effect: "state",
    rule: { on: { route: "submit" }, times: 1 },
  },
  {
    title: "The job stalls",
    why: "The next job stays PROCESSING until it expires. A client needs a deadline of its own.",
    effect: "stall",
    rule: { on: { route: "submit" }, times: 1 },
  },
  {
    title: "The result is gone",
    why: "The job is 404 when its result is fetched, as one is that has expired.",
    effect: "expire",
    rule: { on: { route: "result" }, times: 1 },
  },
  {
    title: "A poll with no JSON",
    why: "One answer of status announces JSON and is none.",
    effect: "malformed",
    rule: { on: { route: "status" }, times: 1 },
  },
  {
    title: "The file ends too soon",
    why: "An output is cut off. Its length was announced, so a client can know.",
    effect: "truncate_bytes",
    rule: { on: { route: "output" }, times: 1 },
  },
];

/**
 * Return the presets that a server can have, each with its whole rule.
 *
 * @param {object[]} effects The rows of contracts/faults.json.
 */
export function makePresets(effects) {
  return PRESETS.flatMap(({ title, why, effect, change, rule }) => {
    const row = effects.find((each) => each.effect === effect);
    return row ? [{ title, why, rule: { do: { ...row.example, ...change }, ...rule } }] : [];
  });
}
