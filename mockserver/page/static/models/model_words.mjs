// What is said of models, in words.

import { renderMoney } from "../base/money.mjs";

/** The levels of models, and what each says. */
export const LEVELS = {
  verified: "Its parameters are known, and wrong values are refused as the gateway does.",
  partial: "Some of its parameters are known, and nothing is refused that may be right.",
  listed: "The vendor lists it; what it takes is a guess, and nothing is refused.",
};

/** What models make, as people call it. */
export const MAKES = {
  image: "Pictures",
  video: "Films",
  audio: "Sounds",
  "3d": "Meshes",
  text: "Texts",
  json: "JSON",
  embedding: "Embeddings",
};

/** Return what a run costs, with all of its digits. */
export function renderPrice({ price_usd: price, price_per: per }) {
  if (price === null || price === undefined) return "";
  const amount = renderMoney(price);
  return !per || per === "run" ? amount : `${amount} per ${per}`;
}

/** Return how long a run takes. */
export function renderSeconds({ seconds }) {
  return seconds === null || seconds === undefined ? "" : `${Number(seconds.toPrecision(3))} s`;
}
