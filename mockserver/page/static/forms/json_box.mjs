// A JSON value as text, to be written by hand.

import { h } from "../base/dom.mjs";

const MOST_ROWS = 12;

/**
 * Make a box for a JSON value.
 *
 * @param {{id: string, attributes?: object, placeholder?: string, changed: () => void}} options
 * @returns {object} A control, as those of controls.mjs.
 */
export function makeJsonBox({ id, attributes = {}, placeholder = "JSON", changed }) {
  const box = h("textarea", {
    id,
    class: "json-box",
    rows: "2",
    spellcheck: "false",
    placeholder,
    ...attributes,
    on: { input: changed },
  });

  function read() {
    const text = box.value.trim();
    if (text === "") return { value: undefined, problems: [] };
    try {
      return { value: JSON.parse(text), problems: [] };
    } catch (error) {
      return { value: undefined, problems: [{ path: [], reason: `is no JSON: ${error.message}` }] };
    }
  }

  function write(value) {
    box.value = value === undefined ? "" : JSON.stringify(value, null, 2);
    box.rows = Math.min(MOST_ROWS, Math.max(2, box.value.split("\n").length));
  }

  return { element: box, target: box, read, write };
}
