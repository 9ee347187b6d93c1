// The models that the emulator knows, by how much is known of each.

import { h, markCode, replace } from "../base/dom.mjs";
import { makeFilterBar } from "../parts/filter_bar.mjs";
import { makeNoMatch } from "../parts/no_match.mjs";
import { makeWindowedList } from "../parts/windowing.mjs";
import { getAll, holdToRefusal } from "../server/api.mjs";
import { makeChosenModel } from "./model.mjs";
import { makeMatcher, readFilter, SELECTS, sortModels } from "./model_filters.mjs";
import { makeHeadings, makeRow } from "./model_rows.mjs";
import { LEVELS } from "./model_words.mjs";

/** A narrower list has two lines a row. */
const NARROW_PX = 900;
const HEIGHT_PX = { one: 32, two: 54 };

/** Make the view of models. */
export function makeModels(context) {
  const { address } = context;
  const bar = makeFilterBar((changes) => address.set(changes), SELECTS, "Slug, title, task …");
  const told = h("p", { class: "faint number count", role: "status" }, "Loading …");
  const list = makeModelList((model) => address.set({ model: model.slug, like: null }), bar.clear);
  const chosen = makeChosenModel(context, list.choose);
  let models = null;

  async function load() {
    try {
      models ??= sortModels(await getAll("/_mock/models", "models"));
    } catch (error) {
      holdToRefusal(error);
      replace(told, markCode(error.words));
    }
    showList();
  }

  function showList() {
    const filter = readFilter(address.query);
    bar.show(filter, {});
    if (models === null) return;
    const found = models.filter(makeMatcher(filter));
    list.show(found);
    replace(told, countWords(found, models.length));
  }

  function show(query) {
    showList();
    if (models === null) load().then(() => list.choose(address.query.model ?? null));
    chosen.read(query);
  }

  const head = h("div", { class: "view-head" }, h("h1", { id: "models-title" }, "Models"), told);
  const element = h("section", { class: "models", "aria-labelledby": "models-title" }, head, bar.element, list.element);
  return { element, show };
}

function makeModelList(open, clear) {
  const list = makeWindowedList({ label: "Models", headings: makeHeadings(), makeRow, findVersion: ({ slug }) => slug, open });
  const empty = h("div", { class: "empty", hidden: true }, makeNoMatch("model", clear), h("p", {}, "A server that was started with ", h("code", {}, "--models FOLDER"), " knows those of the folder too, and one with ", h("code", {}, "--unknown-models"), " runs any slug."));
  const element = h("div", { class: "list" }, list.element, empty);
  let slugs = [];
  const all = new Map();
  new ResizeObserver(fit).observe(element);

  function fit() {
    const isNarrow = element.clientWidth < NARROW_PX;
    element.classList.toggle("is-narrow", isNarrow);
    list.setRowHeight(isNarrow ? HEIGHT_PX.two : HEIGHT_PX.one);
  }

  return {
    element,
    show(models) {
      const places = new Map(models.map(({ seq }, index) => [seq, index]));
      for (const { slug, seq } of models) all.set(slug, seq);
      const isAnother = slugs.length !== models.length;
      slugs = models;
      list.show({ count: models.length, at: (index) => models[index], indexOf: (seq) => places.get(seq) ?? -1 });
      if (isAnother) list.scrollToTop();
      empty.hidden = models.length > 0;
      list.element.hidden = models.length === 0;
    },
    choose(slug) {
      const seq = all.get(slug) ?? null;
      list.choose(seq);
      if (seq !== null) list.showRow(seq);
    },
  };
}

function countWords(models, total) {
  const counts = Object.keys(LEVELS).map((level) => `${models.filter((each) => each.level === level).length} ${level}`);
  const shown = models.length === total ? `${total}` : `${models.length} of ${total}`;
  return `${shown} models: ${counts.join(", ")}`;
}
