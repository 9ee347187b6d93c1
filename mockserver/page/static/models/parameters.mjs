// What a model takes, as a table.

import { h, markCode } from "../base/dom.mjs";
import { cutText } from "../base/text.mjs";
import { explainEvidence } from "../common/evidence.mjs";
import { describeLimits, findType, listAlternatives, simplifySchema } from "../forms/schemas.mjs";

const MOST_VALUES = 40;
const LONGEST_DEFAULT = 200;

/** Show the parameters that the schema of a model names. */
export function showParameters(schema) {
  const required = new Set(schema.required ?? []);
  const likely = new Set(schema["x-advice"]?.required ?? []);
  const names = Object.keys(schema.properties ?? {});
  if (names.length === 0) return h("p", {}, "Nothing is known of its parameters: it takes whatever is sent.");
  const rank = (name) => (required.has(name) ? 0 : likely.has(name) ? 1 : 2);
  names.sort((one, other) => rank(one) - rank(other));
  const rows = names.map((name) => showRow(name, schema.properties[name], ["required", "required?", ""][rank(name)]));
  return h(
    "div",
    { class: "table", tabindex: "0", role: "group", "aria-label": "Parameters" },
    h(
      "table",
      { class: "parameters" },
      h("thead", {}, h("tr", {}, ["Parameter", "What it takes", "Unless set"].map((title) => h("th", { scope: "col" }, title)))),
      h("tbody", {}, rows),
    ),
  );
}

function showRow(name, given, need) {
  const own = simplifySchema(given);
  const advice = given["x-advice"] ?? {};
  const evidence = given["x-evidence"];
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      h("code", {}, name),
      need && h("div", { class: "required small" }, need),
      evidence && h("div", { class: "faint small", title: explainEvidence(evidence) }, evidence),
    ),
    h("td", {}, describeValues(own, advice), own.description && h("p", {}, markCode(own.description))),
    h("td", {}, showDefault(own, advice)),
  );
}

function describeValues(own, advice) {
  const all = simplifySchema({ ...advice, ...own });
  const isSure = (name) => name in own;
  return [
    h("div", {}, nameType(all), findType(own) === undefined && findType(all) && "?", all.isNullable && " or null"),
    all.enum && showList(all.enum, isSure("enum")),
    h("div", { class: "small" }, describeLimits({ ...own, default: undefined, examples: undefined })),
    describeAdvice(own, advice),
  ];
}

function describeAdvice(own, advice) {
  const likely = describeLimits({ ...advice, type: undefined, default: undefined });
  return likely && h("div", { class: "small faint" }, `likely ${likely}`);
}

function showList(values, isSure) {
  const shown = values.slice(0, MOST_VALUES).map((value) => [h("code", {}, JSON.stringify(value)), " "]);
  const rest = values.length - MOST_VALUES;
  return h("div", { class: "small values" }, shown, rest > 0 && `and ${rest} more`, !isSure && "?");
}

function nameType(schema) {
  if (schema.enum) return findType(schema) ?? "one of";
  const alternatives = listAlternatives(schema);
  if (alternatives.length > 1) return [...new Set(alternatives.map((each) => each.title ?? nameType(each)))].join(" or ");
  if (schema.format === "uri") return "URL";
  if (schema.contentEncoding === "base64") return "base64";
  if (schema.items) return `list of ${nameType(simplifySchema(schema.items))}`;
  return findType(schema) ?? "anything";
}

function showDefault(own, advice) {
  const [value, mark] = own.default === undefined ? [advice.default, "?"] : [own.default, ""];
  return value === undefined ? null : h("code", {}, cutText(JSON.stringify(value), LONGEST_DEFAULT), mark);
}
