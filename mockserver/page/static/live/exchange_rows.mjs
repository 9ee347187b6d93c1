// One exchange as one row.

import { h } from "../base/dom.mjs";
import { cutText } from "../base/text.mjs";
import { parseInstant, renderDuration, renderTime } from "../base/times.mjs";
import { findStatusKind } from "../common/exchange_status.mjs";
import { groupByLevel, makeLevelBadge } from "../common/verdict_levels.mjs";

const LONGEST = 200;
const LONGEST_TITLE = 1000;
/** The columns of each of the two lines that a row has in a narrow list; in a wide one they stand in one. */
const LINES = [
  [["status", "Status"], ["method", "Method"], ["path", "Path"], ["time", "Time (UTC)"]],
  [["seq", "#"], ["route", "Route"], ["model", "Model"], ["fault", "Fault"], ["verdict", "Verdict"], ["account", "Account"], ["elapsed", "Took"]],
];
const ID = /\b([0-9a-f]{8})[0-9a-f-]{24,28}\b/gi;

/** Make the row of headings; that of the account is left out where all rows are of one. */
export function makeHeadings(hasAccount) {
  const lines = LINES.map((line) => line.filter(([name]) => hasAccount || name !== "account").map(([name, title]) =>
    h("div", { role: "columnheader", class: `cell ${name}` }, title)));
  return makeLines(lines, hasAccount, { "aria-rowindex": "1" });
}

/**
 * Make the row of an exchange.
 *
 * @param {object} exchange As the journal has it.
 * @param {object} marks See marks.mjs.
 * @param {boolean} hasAccount Whether it says whose it is.
 */
export function makeRow(exchange, marks, hasAccount) {
  const { seq, at_utc: at, method, route, model, account, api_key: key, elapsed_ms: elapsed } = exchange;
  const whose = key ? `Its key ends in ${key}` : "It came with no key of an account";
  const lines = [
    [makeStatus(exchange), makeCell("method", method), makePath(exchange), makeTime(at)],
    [
      makeCell("seq", String(seq)),
      makeCell("route", route),
      makeCell("model", model),
      makeFault(exchange, marks),
      makeVerdicts(marks.findVerdicts(seq)),
      hasAccount && makeCell("account", account ?? key ?? "–", whose),
      makeCell("elapsed", renderDuration(elapsed)),
    ],
  ];
  return makeLines(lines, hasAccount);
}

/** Tell by a text what of a row may change while it is shown. */
export function findVersion(exchange, marks) {
  const { seq, fault_id: fault } = exchange;
  const verdicts = marks.findVerdicts(seq).map(({ id }) => id);
  return `${verdicts}|${fault ? marks.describeFault(fault) : ""}`;
}

function makeCell(name, text, title = text) {
  const shown = text === undefined || text === null ? "" : cutText(String(text), LONGEST);
  return h("div", { role: "gridcell", class: `cell ${name}`, title: title ? cutText(String(title), LONGEST_TITLE) : null }, shown);
}

function makeLines(lines, hasAccount, attributes = {}) {
  const kind = ["exchange", hasAccount && "has-account"];
  return h("div", { role: "row", class: kind, ...attributes }, lines.map((cells) => h("div", { class: "line" }, cells)));
}

function makeTime(at) {
  const time = renderTime(parseInstant(at), 3);
  const cell = makeCell("time", time.slice(0, 8), at);
  cell.append(h("span", { class: "fraction" }, time.slice(8)));
  return cell;
}

/** Make the cell of a path: of the ids in it there is the beginning alone. */
function makePath({ path, request_id: job }) {
  const isTold = !job || path.includes(job);
  const cell = makeCell("path", shortenIds(path), isTold ? path : `${path} – job ${job}`);
  if (!isTold) cell.append(h("span", { class: "faint" }, ` ${shortenIds(cutText(job, LONGEST))}`));
  return cell;
}

function shortenIds(text) {
  return text.replace(ID, "$1…");
}

function makeStatus({ status, delivery }) {
  const cell = h("div", { role: "gridcell", class: "cell status" });
  if (status) cell.append(h("span", { class: ["code", findStatusKind(status)] }, status), " ");
  if (delivery !== "intact") {
    const title = delivery === "lost" ? "The client never got this answer" : "The client did not get the whole answer";
    cell.append(h("span", { class: ["badge", delivery === "lost" ? "bad" : "warn"], title }, delivery));
  }
  return cell;
}

function makeFault({ fault_id: fault }, marks) {
  const badge = fault && h("span", { class: "badge info", title: cutText(marks.describeFault(fault), LONGEST_TITLE) }, cutText(fault, LONGEST));
  return h("div", { role: "gridcell", class: "cell fault" }, badge);
}

function makeVerdicts(verdicts) {
  const badges = groupByLevel(verdicts).map(({ level, verdicts: some }) => {
    const title = some.map(({ id, title: words }) => `${words} (${id})`).join("\n");
    const many = some.length > 1 ? ` ×${some.length}` : "";
    return [makeLevelBadge(level, [level, many], { title }), " "];
  });
  return h("div", { role: "gridcell", class: "cell verdict" }, badges);
}
