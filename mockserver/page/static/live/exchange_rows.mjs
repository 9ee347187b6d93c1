// One exchange as one row.

import { h, replace } from "../base/dom.mjs";
import { cutText, makeVisible } from "../base/text.mjs";
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
/**
 * What each cell says of an exchange: a `text`, or what `make` makes where that is more than the text.
 * The `title` is what somebody reads who points there.
 */
const READERS = {
  status: ({ status, delivery }) => ({ text: `${status} ${delivery}`, make: () => makeStatus(status, delivery) }),
  method: ({ method }) => tell(method),
  path: readPath,
  time: ({ at_utc: at }) => ({ text: renderTime(parseInstant(at), 3), title: at }),
  seq: ({ seq }) => ({ text: String(seq) }),
  route: ({ route }) => tell(route),
  model: ({ model }) => tell(model),
  fault: readFault,
  verdict: readVerdicts,
  account: ({ account, api_key: key }) => tell(account ?? key ?? "–", key ? `Its key ends in ${key}` : "It came with no key of an account"),
  elapsed: ({ elapsed_ms: elapsed }) => ({ text: renderDuration(elapsed) }),
};
const ID = /\b([0-9a-f]{8})[0-9a-f-]{24,28}\b/gi;

/** Make the row of headings; that of the account is left out where all rows are of one. */
export function makeHeadings(hasAccount) {
  return makeLines(hasAccount, (name, title) => h("div", { role: "columnheader", class: `cell ${name}` }, title), { "aria-rowindex": "1" });
}

/**
 * Make what makes the rows of a list, and has one show another exchange.
 *
 * @param {object} marks See exchange_marks.mjs.
 * @param {boolean} hasAccount Whether rows say whose exchange they show.
 */
export function makeRows(marks, hasAccount) {
  const cellsOf = new WeakMap();

  function makeRow(exchange) {
    const cells = [];
    const row = makeLines(hasAccount, (name) => {
      const element = h("div", { role: "gridcell", class: `cell ${name}` });
      cells.push({ element, read: READERS[name], text: "", title: "" });
      return element;
    });
    cellsOf.set(row, cells);
    fillRow(row, exchange);
    return row;
  }

  /** Have a row show an exchange: what it says already stays. */
  function fillRow(row, exchange) {
    for (const cell of cellsOf.get(row)) fillCell(cell, cell.read(exchange, marks));
  }

  /** Tell by a text what of a row may change while it is shown. */
  function findVersion({ seq, fault_id: fault }) {
    const verdicts = marks.findVerdicts(seq).map(({ id }) => id);
    return `${verdicts}|${fault ? marks.describeFault(fault) : ""}`;
  }

  return { makeRow, fillRow, findVersion };
}

function makeLines(hasAccount, makeCell, attributes = {}) {
  const lines = LINES.map((line) => line.filter(([name]) => hasAccount || name !== "account"));
  const kind = ["exchange", hasAccount && "has-account"];
  return h("div", { role: "row", class: kind, ...attributes }, lines.map((line) =>
    h("div", { class: "line" }, line.map(([name, title]) => makeCell(name, title)))));
}

function fillCell(cell, { text, title = "", make }) {
  if (text !== cell.text) showText(cell.element, text, make);
  if (title !== cell.title) cell.element.title = makeVisible(title);
  Object.assign(cell, { text, title });
}

function showText(element, text, make) {
  const isText = element.childNodes.length === 1 && element.firstChild instanceof Text;
  if (make) replace(element, make());
  else if (isText) element.firstChild.data = makeVisible(text);
  else replace(element, text);
}

/** Say what anybody may have sent: as much of it as fits, and more to who points there. */
function tell(given, title = given) {
  return { text: cutText(String(given ?? ""), LONGEST), title: cutText(String(title ?? ""), LONGEST_TITLE) };
}

/** Say a path: of the ids in it there is the beginning alone. */
function readPath({ path, request_id: job }) {
  if (!job || path.includes(job)) return tell(shortenIds(path), path);
  const told = tell(shortenIds(path), `${path} – job ${job}`);
  const beside = ` ${shortenIds(cutText(job, LONGEST))}`;
  return { text: told.text + beside, title: told.title, make: () => [told.text, h("span", { class: "faint" }, beside)] };
}

function shortenIds(text) {
  return text.replace(ID, "$1…");
}

function makeStatus(status, delivery) {
  const isLost = delivery === "lost";
  const title = isLost ? "The client never got this answer" : "The client did not get the whole answer";
  return [
    status && [h("span", { class: ["code", findStatusKind(status)] }, status), " "],
    delivery !== "intact" && h("span", { class: ["badge", isLost ? "bad" : "warn"], title }, delivery),
  ];
}

function readFault({ fault_id: fault }, marks) {
  if (!fault) return { text: "" };
  const title = cutText(marks.describeFault(fault), LONGEST_TITLE);
  return { text: `${fault} ${title}`, make: () => h("span", { class: "badge info", title }, cutText(fault, LONGEST)) };
}

function readVerdicts({ seq }, marks) {
  const badges = groupByLevel(marks.findVerdicts(seq)).map(({ level, verdicts }) => ({
    level,
    many: verdicts.length > 1 ? ` ×${verdicts.length}` : "",
    title: verdicts.map(({ id, title }) => `${title} (${id})`).join("\n"),
  }));
  const make = () => badges.map(({ level, many, title }) => [makeLevelBadge(level, [level, many], { title }), " "]);
  return { text: badges.map(({ level, title }) => `${level} ${title}`).join("\n"), make };
}
