// The fields by which exchanges are filtered; what they say is in the address.

import { h, replace } from "../base/dom.mjs";

const TYPING_MS = 150;
/** Those of exchanges that are chosen from a list. */
const OF_EXCHANGES = [
  { name: "route", label: "Route", any: "Any route" },
  { name: "model", label: "Model", any: "Any model" },
  { name: "method", label: "Method", any: "Any method" },
  { name: "status", label: "Status", any: "Any status", fixed: ["2xx", "3xx", "4xx", "5xx", "lost", "damaged"] },
  { name: "fault", label: "Fault", any: "Struck or not", fixed: [["any", "Struck by a fault"]] },
  { name: "verdict", label: "Verdict", any: "Any verdict", fixed: [["any", "With a verdict"], ["MUST", "With a MUST"], ["SHOULD", "With a SHOULD"]] },
];

/**
 * Make the bar of filters.
 *
 * @param {(changes: object) => void} change Takes the parts of the filter that somebody changed.
 * @param {object[]} lists The parts that are chosen from a list, `{name, label, any, fixed}`.
 * @param {string} placeholder Says where the text is looked for.
 */
export function makeFilterBar(change, lists = OF_EXCHANGES, placeholder = "Path, id, model, body …") {
  let timer = null;
  const text = h("input", {
    type: "search", class: "filter-text", "data-filter": true, "aria-label": "Filter by text", autocomplete: "off", spellcheck: "false",
    placeholder, on: { input: typeText, change: takeText, keydown: leaveText },
  });
  const selects = lists.map((options) => makeSelect(options, change));
  const clearing = h("button", { type: "button", on: { click: clear } }, "Clear filters");
  const box = h("div", { id: "filter-selects", class: "filter-selects" }, selects.map(({ element }) => element), clearing);
  const more = h("button", { type: "button", class: "more", "aria-expanded": "false", "aria-controls": box.id, on: { click: toggle } });
  const element = h("search", { class: ["filters", lists.length > 3 && "has-many"], "aria-label": "Filters" }, text, more, box);

  function typeText() {
    clearTimeout(timer);
    // Browsers refuse more than a few changes of the address a second.
    timer = setTimeout(takeText, TYPING_MS);
  }

  function takeText() {
    clearTimeout(timer);
    timer = null;
    change({ text: text.value.trim() });
  }

  function leaveText(event) {
    if (event.key !== "Escape" || text.value === "") return;
    event.stopPropagation();
    text.value = "";
    takeText();
  }

  function clear() {
    change(Object.fromEntries([["text", ""], ...lists.map(({ name }) => [name, ""])]));
    text.focus();
  }

  function toggle() {
    const isOpen = element.classList.toggle("is-open");
    more.setAttribute("aria-expanded", String(isOpen));
  }

  return {
    element,
    clear,
    /** Show a filter, and what can be chosen: a set of values for each part. */
    show(filter, seen) {
      if (timer === null && text.value.trim() !== filter.text) text.value = filter.text;
      for (const select of selects) select.show(filter, seen);
      const count = Object.values(filter).filter(Boolean).length;
      clearing.hidden = count === 0;
      const others = count - (filter.text ? 1 : 0);
      replace(more, others ? `Filters (${others})` : "Filters");
    },
  };
}

function makeSelect({ name, label, any, fixed = [] }, change) {
  const element = h("select", { "aria-label": label, on: { change: () => change({ [name]: element.value }) } });
  const options = new Map();

  function show(filter, seen) {
    const value = filter[name];
    const first = [["", any], ...fixed.map((each) => [each].flat())];
    const isKnown = (each) => first.some(([known]) => known === each);
    const values = [...(seen[name] ?? [])].sort().filter((each) => !isKnown(each));
    if (value && !isKnown(value) && !values.includes(value)) values.push(value);
    const all = [...first, ...values.map((each) => [each])];
    list(new Map(all.map(([each, words = each]) => [each, words])));
    if (element.value !== value) element.value = value;
    element.classList.toggle("is-set", value !== "");
  }

  /** Offer these values in their order; what is offered already is not touched: the list may be open. */
  function list(wanted) {
    for (const [each, option] of options) {
      if (wanted.has(each)) continue;
      option.remove();
      options.delete(each);
    }
    let place = element.firstChild;
    for (const [each, words] of wanted) {
      if (!options.has(each)) options.set(each, h("option", { value: each }, words));
      const option = options.get(each);
      if (option === place) place = place.nextSibling;
      else element.insertBefore(option, place);
    }
  }

  return { element, show };
}
