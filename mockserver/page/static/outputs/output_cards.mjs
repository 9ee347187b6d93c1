// Outputs as cards, of which each is made once.

import { h } from "../base/dom.mjs";
import { cutText } from "../base/text.mjs";
import { parseInstant, renderDate, renderTime } from "../base/times.mjs";
import { findMediaKind, makeMedia } from "../parts/media.mjs";
import { describeOutput, findPrompt, KINDS } from "./output_words.mjs";

const LONGEST_PROMPT = 120;

/**
 * Make the cards.
 *
 * @param {(name: string) => void} open Called with the name of an output that somebody wants to see in full.
 */
export function makeCards(open) {
  const element = h("ul", { class: "gallery", "aria-label": "Outputs" });
  const cards = new Map();
  let chosen = null;

  /** Show these outputs, in this order. */
  function show(outputs) {
    const names = new Set(outputs.map(({ name }) => name));
    for (const [name, card] of cards) {
      if (names.has(name)) continue;
      card.remove();
      cards.delete(name);
    }
    let next = element.firstElementChild;
    for (const output of outputs) {
      const card = findCard(output);
      if (card === next) next = next.nextElementSibling;
      else element.insertBefore(card, next);
    }
  }

  function findCard(output) {
    if (!cards.has(output.name)) cards.set(output.name, makeCard(output, open));
    mark(output.name);
    return cards.get(output.name);
  }

  function mark(name) {
    cards.get(name)?.classList.toggle("is-chosen", name === chosen);
  }

  return {
    element,
    show,
    /** Mark the output that is shown in full, by its name or null. */
    choose(name) {
      const before = chosen;
      chosen = name;
      mark(before);
      mark(name);
    },
  };
}

function makeCard(output, open) {
  const { name, model, content_type: type, created_utc: created, params } = output;
  const kind = findMediaKind(type);
  const label = describeOutput(output);
  const media = makeMedia(name, label);
  if (kind === "image") media.addEventListener("click", () => open(name));
  const prompt = findPrompt(params);
  const at = parseInstant(created);
  return h(
    "li",
    { class: ["output-card", kind], "data-name": name },
    media,
    h("button", { class: "plain title", type: "button", "aria-label": `Details: ${label}`, on: { click: () => open(name) } }, model),
    h("p", { class: "prompt small", title: prompt ? cutText(prompt, 1000) : null }, prompt ? cutText(prompt, LONGEST_PROMPT) : "No prompt"),
    h("p", { class: "faint small" }, `${KINDS[kind]} · `, h("time", { datetime: created, title: `${created} (virtual)` }, `${renderDate(at)} ${renderTime(at)}`)),
  );
}
