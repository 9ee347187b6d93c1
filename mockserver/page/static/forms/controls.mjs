// Controls for values of each kind of JSON Schema that is one value, not many.

import { h } from "../base/dom.mjs";
import { makeJsonBox } from "./json_box.mjs";
import { findKind } from "./schemas.mjs";

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const SHORT_TEXT = 80;
const NOT_SET = "";

/**
 * Make a control for one value: `element`, `target` (what a label points at), `read()`, which returns
 * `{value, problems}` (`value` is undefined where nothing is set), and `write(value)`.
 *
 * @param {object} schema A simplified schema, of a kind that has no parts of its own.
 * @param {{id: string, spoken: string, attributes: object, isRequired: boolean, changed: () => void}} options
 *   `spoken` is how the field is called where its name does not stand beside.
 */
export function makeControl(schema, options) {
  const make = { fixed: makeFixed, choice: makeChoice, boolean: makeChoice, number: makeNumber, text: makeText }[
    findKind(schema)
  ];
  return make ? make(schema, options) : makeJsonBox({ ...options, placeholder: renderExample(schema) });
}

/** What must be one value needs no choice: it is said. One that may be left out is a choice of two. */
function makeFixed(schema, options) {
  if (!options.isRequired) return makeChoice({ ...schema, enum: [schema.const] }, options);
  const element = h("output", { id: options.id, class: "fixed" }, h("code", {}, JSON.stringify(schema.const)));
  return { element, target: element, read: () => found(schema.const), write() {} };
}

function makeChoice(schema, { id, attributes, isRequired, changed }) {
  const values = schema.enum ? [...schema.enum] : [true, false];
  const name = (value) => (typeof value === "string" && value !== "" ? value : JSON.stringify(value));
  const unset = schema.default === undefined ? "not set" : `not set (${name(schema.default)})`;
  const select = h("select", { id, ...attributes, on: { change: changed } });
  const show = () => {
    const options = values.map((value, index) => h("option", { value: String(index) }, name(value)));
    select.replaceChildren(h("option", { value: NOT_SET }, isRequired ? "choose …" : unset), ...options);
  };
  show();
  return {
    element: select,
    target: select,
    read: () => found(select.value === NOT_SET ? undefined : values[Number(select.value)]),
    write(value) {
      const index =
        value === undefined ? -1 : values.findIndex((each) => JSON.stringify(each) === JSON.stringify(value));
      if (value !== undefined && index < 0) {
        // A value that the list lacks is kept: who wrote it is told what is wrong, and loses nothing.
        values.push(value);
        show();
      }
      select.value = value === undefined ? NOT_SET : String(index < 0 ? values.length - 1 : index);
    },
  };
}

function makeNumber(schema, { id, attributes, changed }) {
  const placeholder = schema.default === undefined || schema.default === null ? "" : String(schema.default);
  const input = h("input", {
    id,
    inputmode: "decimal",
    autocomplete: "off",
    placeholder,
    ...attributes,
    on: { input: changed },
  });
  return {
    element: input,
    target: input,
    read() {
      const text = input.value.trim();
      if (text === "") return found(undefined);
      return NUMBER.test(text)
        ? found(Number(text))
        : { value: text, problems: [{ path: [], reason: "is no number" }] };
    },
    write(value) {
      input.value = value === undefined ? "" : String(value);
    },
  };
}

function makeText(schema, { id, spoken, attributes, changed }) {
  const isShort = schema.pattern !== undefined || schema.format !== undefined || schema.maxLength <= SHORT_TEXT;
  const placeholder = typeof schema.default === "string" ? schema.default : "";
  const all = { id, placeholder, autocomplete: "off", spellcheck: "false", ...attributes, on: { input: changed } };
  const field = isShort ? h("input", all) : h("textarea", { ...all, rows: "1", class: "grows" });
  const isUrl = schema.format === "uri";
  const isFile = isUrl || schema.contentEncoding === "base64";
  return {
    element: isFile ? h("div", { class: "bar with-file" }, field, makeFilePicker(field, spoken, changed, isUrl)) : field,
    target: field,
    read: () => found(field.value === "" ? undefined : field.value),
    write(value) {
      field.value = value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
    },
  };
}

/**
 * Make a button that puts a file into a field, in base64 or as a data URL.
 *
 * Whoever has something better to do with it, as uploading it, prevents that: `filepicked` tells of
 * the `file`, whether the field `isUrl`, and how to `take` what is to stand there.
 */
function makeFilePicker(field, spoken, changed, isUrl) {
  const picker = h("input", { type: "file", hidden: true, "aria-label": `A file for ${spoken}`, on: { change: pick } });
  function take(text) {
    field.value = text;
    changed();
  }
  function pick() {
    const [file] = picker.files;
    if (!file) return;
    const event = new CustomEvent("filepicked", { bubbles: true, cancelable: true, detail: { file, isUrl, take } });
    if (picker.dispatchEvent(event)) read(file);
    picker.value = "";
  }
  function read(file) {
    const reader = new FileReader();
    reader.addEventListener("load", () => take(isUrl ? reader.result : reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.readAsDataURL(file);
  }
  const attributes = { class: "small", type: "button", "aria-label": `From a file for ${spoken}` };
  return [picker, h("button", { ...attributes, on: { click: () => picker.click() } }, "From a file")];
}

function renderExample(schema) {
  const example = schema.examples?.[0];
  return example === undefined ? "JSON" : JSON.stringify(example);
}

function found(value) {
  return { value, problems: [] };
}
