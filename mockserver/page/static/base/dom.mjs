// Elements made of tags, attributes and texts. Every text is set as text, and shows what it hides.

import { makeVisible } from "./text.mjs";

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "open", "indeterminate"]);
const FIELDS = new Set(["INPUT", "SELECT", "TEXTAREA"]);

/**
 * Make an element.
 *
 * @param {string} tag Its name; `svg:path` makes one of SVG.
 * @param {object} attributes Attributes and properties by name; `on` has listeners by event, `class`
 *   may be a list; what is null, undefined or false is left out.
 * @param {...(Node|string|number|Array|null|false)} children What is in it.
 */
export function h(tag, attributes = {}, ...children) {
  const element = tag.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    setAttribute(element, name, value);
  }
  append(element, children);
  return element;
}

/**
 * Put these children in the place of whatever an element holds.
 *
 * A text, or one with code in it, that is there already stays: nobody hears it again, and what is
 * selected of it stays so.
 */
export function replace(element, ...children) {
  if (hasText(element, children)) return;
  element.replaceChildren();
  append(element, children);
}

/** Add children at the end of an element. */
export function append(element, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(makeVisible(String(child))));
  }
}

function hasText(element, children) {
  const parts = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  if (!parts.every(isText)) return false;
  const shown = [...element.childNodes];
  return shown.every(isText) && joinText(parts) === joinText(shown);
}

/** Tell whether a child is a text, or code that is nothing but text. */
function isText(child) {
  if (!(child instanceof Node) || child instanceof Text) return true;
  return child.tagName === "CODE" && child.childElementCount === 0 && child.attributes.length === 0;
}

function joinText(children) {
  const texts = children.map((child) => {
    if (child instanceof Element) return `\`${child.textContent}\``;
    return child instanceof Node ? child.data : makeVisible(String(child));
  });
  return texts.join("");
}

function setAttribute(element, name, value) {
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  } else if (value === null || value === undefined || value === false) {
    if (PROPERTIES.has(name)) element[name] = false;
  } else if (PROPERTIES.has(name) && name in element) {
    // What somebody edits is kept as it is: it is sent again.
    element[name] = value;
  } else if (name === "class") {
    element.setAttribute("class", [value].flat().filter(Boolean).join(" "));
  } else {
    element.setAttribute(name, value === true ? "" : makeVisible(String(value)));
  }
}

/** Return a text in which what stands between backticks is code, as children of an element. */
export function markCode(text) {
  return text.split(/`([^`\n]+)`/).map((part, index) => (index % 2 ? h("code", {}, part) : part));
}

/** Tell whether somebody is writing into a field. */
export function isWriting(element) {
  return Boolean(element) && (FIELDS.has(element.tagName) || element.isContentEditable);
}
