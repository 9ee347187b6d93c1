// JSON values to look into: what is long is cut, what is deep is opened when somebody asks.

import { h, replace } from "../base/dom.mjs";
import { isExact } from "../base/exact_json.mjs";
import { cutText, inflect } from "../base/text.mjs";

/** So many characters of a text are shown at first. */
const LONGEST_TEXT = 2000;
const MOST_ITEMS = 100;
/** So many lines are open at first. */
const OPEN_LINES = 200;
const PREVIEW = 60;
/** What lies deeper is not moved further to the right. */
const DEEPEST_INDENT = 10;

/** Show a JSON value as a tree. */
export function showJson(value) {
  const room = { lines: OPEN_LINES };
  return h("div", { class: "json" }, showValue(value, null, 0, room));
}

/** Show a text, cut if it is long, with a button that shows all of it. */
export function showLongText(text, render = (shown) => shown) {
  if (text.length <= LONGEST_TEXT) return render(text);
  const shown = h("span", {}, render(cutText(text, LONGEST_TEXT)));
  const all = () => {
    replace(shown, render(text));
    button.remove();
  };
  const button = h("button", { class: "small", type: "button", on: { click: all } }, `Show all ${text.length.toLocaleString("en")} characters`);
  return [shown, " ", button];
}

function showValue(value, name, depth, room) {
  const label = name === null ? null : [h("span", { class: "json-name" }, typeof name === "string" ? JSON.stringify(name) : name), ": "];
  if (isContainer(value)) return showContainer(value, label, depth, room);
  room.lines -= 1;
  return h("div", { class: "json-line" }, label, showScalar(value));
}

function showScalar(value) {
  if (typeof value === "string") return showLongText(value, (text) => h("span", { class: "json-text" }, JSON.stringify(text)));
  if (value === null || typeof value === "boolean") return h("span", { class: "json-word" }, String(value));
  return h("span", { class: "json-number" }, JSON.stringify(value));
}

function showContainer(value, label, depth, room) {
  const isList = Array.isArray(value);
  const items = isList ? value.map((item, index) => [index, item]) : Object.entries(value);
  if (items.length === 0) {
    room.lines -= 1;
    return h("div", { class: "json-line" }, label, isList ? "[]" : "{}");
  }
  const content = h("div", { class: ["json-items", depth >= DEEPEST_INDENT && "deep"] });
  const fill = () => content.childElementCount === 0 && addItems(content, items, 0, depth, room);
  const count = `${items.length.toLocaleString("en")} ${inflect(isList ? "item" : "member", items.length)}`;
  const summary = h("summary", {}, label, h("span", { class: "faint" }, isList ? `[ ${count} ]` : `{ ${count} }`), " ", showPreview(value, isList));
  const details = h("details", { on: { toggle: () => details.open && fill() } }, summary, content);
  room.lines -= 1;
  if (room.lines >= Math.min(items.length, MOST_ITEMS)) {
    fill();
    details.open = true;
  }
  return details;
}

function addItems(content, items, start, depth, room) {
  const end = Math.min(items.length, start + MOST_ITEMS);
  for (const [name, item] of items.slice(start, end)) content.append(showValue(item, name, depth + 1, room));
  if (end === items.length) return;
  const more = () => {
    button.remove();
    addItems(content, items, end, depth, room);
  };
  const button = h("button", { class: "small", type: "button", on: { click: more } }, `Show more of ${items.length.toLocaleString("en")}`);
  content.append(button);
}

/** Show the beginning of what a closed container holds. */
function showPreview(value, isList) {
  const names = isList ? value.slice(0, 5).map(describe) : Object.keys(value).slice(0, 8);
  return h("span", { class: "json-preview faint" }, cutText(names.join(", "), PREVIEW));
}

function describe(value) {
  if (Array.isArray(value)) return "[…]";
  if (isContainer(value)) return "{…}";
  return cutText(JSON.stringify(value), PREVIEW);
}

function isContainer(value) {
  return value !== null && typeof value === "object" && !isExact(value);
}
