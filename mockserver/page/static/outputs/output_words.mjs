// What outputs are, in words.

import { cutText } from "../base/text.mjs";
import { findMediaKind } from "../parts/media.mjs";

const LONGEST = 160;
const PROMPTS = ["prompt", "text", "prompts", "description", "lyrics"];
/** The kinds of output, as people call one of each. */
export const KINDS = { image: "picture", video: "film", audio: "sound", "3d": "mesh", other: "file" };

/** Return what an output was asked for with, empty if in no words. */
export function findPrompt(params) {
  if (params === null || typeof params !== "object") return "";
  const found = PROMPTS.map((name) => params[name]).find((value) => typeof value === "string" && value !== "");
  return found ?? "";
}

/** Return what an output is, for those who do not see it. */
export function describeOutput({ model, content_type: type, params }) {
  const prompt = findPrompt(params);
  const what = `A ${KINDS[findMediaKind(type)]} by ${model}`;
  return prompt ? `${what}: ${cutText(prompt, LONGEST)}` : what;
}
