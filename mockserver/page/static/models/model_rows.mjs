// One model as one row.

import { h } from "../base/dom.mjs";
import { LEVELS, MAKES, renderPrice, renderSeconds } from "./model_words.mjs";

const KINDS = { verified: "good", partial: "info", listed: "" };
/** The columns of each of the two lines that a row has in a narrow list; in a wide one they stand in one. */
const LINES = [
  [["slug", "Model"], ["level", "Level"]],
  [["title", "Title"], ["makes", "Makes"], ["task", "Task"], ["seconds", "Takes"], ["price", "Costs"], ["provider", "Speaks like"]],
];

/** Make the row of headings. */
export function makeHeadings() {
  return makeLines(([name, title]) => h("div", { role: "columnheader", class: `cell ${name}` }, title), { "aria-rowindex": "1" });
}

/** Make the row of a model. */
export function makeRow(model) {
  const texts = {
    slug: model.slug,
    title: model.title === model.slug ? "" : model.title,
    makes: MAKES[model.makes] ?? model.makes,
    task: model.task,
    seconds: renderSeconds(model),
    price: renderPrice(model),
    provider: model.provider,
  };
  return makeLines(([name]) => {
    const content = name === "level" ? makeLevel(model.level) : texts[name];
    return h("div", { role: "gridcell", class: `cell ${name}`, title: texts[name] }, content);
  });
}

/** Make the sign of a level. */
export function makeLevel(level) {
  return h("span", { class: ["badge", KINDS[level]], title: LEVELS[level] }, level);
}

function makeLines(makeCell, attributes = {}) {
  const lines = LINES.map((line) => h("div", { role: "presentation", class: "line" }, line.map(makeCell)));
  return h("div", { role: "row", class: "model-row", ...attributes }, lines);
}
