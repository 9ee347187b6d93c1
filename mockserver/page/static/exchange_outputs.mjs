// Pictures, films and sounds of an exchange, as the emulator still has them.

import { ApiError, ask } from "./api.mjs";
import { h, replace } from "./dom.mjs";

const MOST = 4;
const NAME = /\/outputs\/([\w-]+\.\w+)(?=[?#]|$)/;
const TAGS = { image: "img", video: "video", audio: "audio" };

/** Show the outputs that an exchange serves or names. */
export function showOutputs(exchange) {
  const names = findNames(exchange);
  if (names.length === 0) return null;
  const element = h("section", { class: "outputs-of", "aria-label": "Outputs" });
  element.append(h("h3", {}, names.length === 1 ? "Output" : "Outputs"), ...names.slice(0, MOST).map(showOutput));
  return element;
}

function findNames({ route, path, response }) {
  if (route === "output") return path.match(NAME) ? [path.match(NAME)[1]] : [];
  const found = new Set();
  collect(response.body, found, 0);
  return [...found];
}

function collect(value, found, depth) {
  if (typeof value === "string") {
    const match = value.length < 2000 && value.match(NAME);
    if (match) found.add(match[1]);
  } else if (value !== null && typeof value === "object" && depth < 20 && found.size < MOST) {
    for (const item of Object.values(value)) collect(item, found, depth + 1);
  }
}

function showOutput(name) {
  const figure = h("figure", { class: "output" }, h("figcaption", { class: "faint" }, "Loading …"));
  load(name).then(
    (content) => replace(figure, content, h("figcaption", {}, h("code", {}, name))),
    (error) => {
      if (!(error instanceof ApiError)) throw error;
      replace(figure, h("figcaption", { class: "faint" }, h("code", {}, name), error.status === 404 ? " is not kept any longer." : ` ${error.message}`));
    },
  );
  return figure;
}

async function load(name) {
  const response = await ask(`/_mock/outputs/${encodeURIComponent(name)}`);
  const kind = (response.headers.get("content-type") ?? "").split("/")[0];
  const tag = TAGS[kind];
  if (!tag) return h("p", {}, `A file of the type ${response.headers.get("content-type")}.`);
  const source = URL.createObjectURL(await response.blob());
  const free = () => URL.revokeObjectURL(source);
  if (tag === "img") return h("img", { src: source, alt: `Output ${name}`, on: { load: free, error: free } });
  return h(tag, { src: source, controls: true, "aria-label": `Output ${name}` });
}
