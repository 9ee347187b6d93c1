// What a run answered with: its files as such, its JSON to look into.

import { h } from "../base/dom.mjs";
import { findOutputNames } from "../exchange/exchange_outputs.mjs";
import { showJson } from "../parts/json_view.mjs";
import { makeMedia, makeMediaOf } from "../parts/media.mjs";
import { readBody } from "../server/api.mjs";
import { showText } from "./run_text.mjs";

const MOST = 8;

/** Show the answer of a run. */
export async function showResult(response) {
  const type = (response.headers.get("content-type") ?? "").split(";")[0];
  if (type !== "application/json") return h("div", { class: "output-large" }, makeMediaOf(await readBody(response, "blob"), "What the run made"));
  const value = await readBody(response, "json");
  const names = findOutputNames(value).slice(0, MOST);
  return [
    names.map((name) => h("div", { class: "output-large" }, makeMedia(name, `Output ${name}`))),
    showText(value),
    h("details", { open: names.length === 0 }, h("summary", {}, "The answer, as JSON"), showJson(value)),
  ];
}
