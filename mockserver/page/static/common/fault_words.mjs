// What rules for faults do, in words.

import { cutText, inflect } from "../base/text.mjs";

const LONGEST = 120;

/** How each effect of contracts/faults.json is said; one that is not here is shown as it is written. */
const EFFECTS = {
  status: ({ status, body, headers, reset_in_s: reset }) =>
    `answers with ${status}` +
    (body === undefined ? "" : `, body ${quote(body)}`) +
    (headers === undefined ? "" : `, headers ${list(headers)}`) +
    (reset === undefined ? "" : `, its window resets in ${reset} s`),
  delay_s: ({ delay_s: delay }) => `lets ${delay} real seconds pass`,
  drip: ({ drip }) => `sends the body in pieces of ${drip?.bytes} bytes, one every ${drip?.every_s} s`,
  truncate_bytes: ({ truncate_bytes: bytes }) => `cuts the body after ${bytes} bytes`,
  malformed: () => "sends a body that is no JSON",
  reset: () => "resets the connection",
  close: () => "closes the connection",
  state: ({ error }) => `lets the job fail${error === undefined ? "" : `: ${quote(error)}`}`,
  stall: ({ stall }) => `lets the job stay ${stall} until it expires`,
  expire: () => "lets the job, or the output, be gone",
  linger: () => "lets the job stay in its state for one more poll",
  unknown_state: ({ unknown_state: state }) => `names the state ${state}`,
  extra_fields: ({ extra_fields: fields }) => `adds the ${nameAll(fields, "field")}`,
  drop_fields: ({ drop_fields: fields }) => `leaves out the ${inflect("field", [fields].flat().length)} ${quote([fields].flat().join(", "))}`,
  opaque_urls: () => "hands out URLs with a token in them",
  extra_headers: ({ extra_headers: headers }) => `adds the ${nameAll(headers, "header")}`,
  rewrite_urls: ({ rewrite_urls: urls }) =>
    [
      urls?.query !== undefined && `adds ?${quote(urls.query)} to every URL`,
      urls?.host !== undefined && `names the host ${urls.host} in every URL`,
    ]
      .filter(Boolean)
      .join(" and "),
};

/** Return the word of an effect: that of its members which names one. */
export function findWord(effect, words = Object.keys(EFFECTS)) {
  return Object.keys(effect ?? {}).find((name) => words.includes(name));
}

/** Return what an effect does; null lets a call pass. */
export function describeEffect(effect) {
  if (effect === null) return "lets it pass";
  const word = findWord(effect);
  return (word && EFFECTS[word](effect)) || quote(JSON.stringify(effect));
}

/** Return what a rule does: one effect, or one for each call. */
export function describeDeed({ do: deed }) {
  if (!Array.isArray(deed)) return describeEffect(deed);
  return `first ${deed.map(describeEffect).join("; then ")}`;
}

/** Return which calls a rule is about. */
export function describePlace({ on = {} }) {
  const route = on.route === undefined || on.route === "*" ? "any route" : on.route;
  const model = on.model ? ` of ${on.model}` : "";
  return `On ${route}${model}${on.state ? `, while the job is ${on.state}` : ""}`;
}

/** Return on which side of the work a rule strikes, empty if each effect has its own. */
export function describeWhen({ when }) {
  return { before: "before anything is done", after: "after the work was done and charged" }[when] ?? "";
}

/** Return how often a rule strikes. */
export function describeCounts({ skip, every, times, probability }) {
  const words = [
    skip && `not the first ${skip === 1 ? "call" : `${skip} calls`}`,
    every > 1 && `each ${every}${findEnding(every)} call`,
    probability !== undefined &&
      probability !== 1 &&
      `with a probability of ${Number((probability * 100).toFixed(4))}%`,
    times && `at most ${{ 1: "once", 2: "twice" }[times] ?? `${times} times`}`,
  ];
  return words.filter(Boolean).join(", ");
}

/** Return all that a rule says, as one sentence. */
export function describeRule(rule) {
  const whose = rule.account ?? rule.api_key;
  const parts = [
    `${describePlace(rule)}: ${describeDeed(rule)}`,
    describeWhen(rule),
    describeCounts(rule),
    whose ? `for ${whose} alone` : "for every account",
  ];
  return `${parts.filter(Boolean).join("; ")}.`;
}

/** Name members after a noun that agrees with how many they are. */
function nameAll(members, noun) {
  return `${inflect(noun, Object.keys(members ?? {}).length)} ${list(members)}`;
}

function list(members) {
  return quote(Object.keys(members ?? {}).join(", "));
}

function quote(text) {
  return cutText(String(text), LONGEST);
}

function findEnding(number) {
  if (number % 100 >= 11 && number % 100 <= 13) return "th";
  return { 1: "st", 2: "nd", 3: "rd" }[number % 10] ?? "th";
}
