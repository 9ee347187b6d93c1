// Pictures, films and sounds that runs made: loaded while they are in sight, and let go of afterwards.

import { h, markCode, replace } from "../base/dom.mjs";
import { ask, encodeName, holdToRefusal, readBody } from "../server/api.mjs";

const MARGIN = "300px";
const TAGS = { image: "img", video: "video", audio: "audio" };
const loaders = new WeakMap();
const observer = new IntersectionObserver(
  (entries) => entries.forEach(({ target, isIntersecting }) => loaders.get(target)?.(isIntersecting)),
  { rootMargin: MARGIN, scrollMargin: MARGIN },
);

/** Return which kind of output a type is: `image`, `video`, `audio`, `3d` or `other`. */
export function findMediaKind(type) {
  const [kind] = type.split("/");
  if (kind in TAGS) return kind;
  return kind === "model" ? "3d" : "other";
}

/** Get the file of an output, without a trace in the journal. */
export async function loadOutput(name) {
  const response = await ask(`/_mock/outputs/${encodeName(name)}`);
  return readBody(response, "blob");
}

/**
 * Make what shows an output: a picture, a player, or its type where it is neither.
 *
 * @param {string} name The name of its file.
 * @param {string} label What it is, in words.
 */
export function makeMedia(name, label) {
  return makeLoaded(() => loadOutput(name), label);
}

/** Make the same of a file that the page has already. */
export function makeMediaOf(blob, label) {
  return makeLoaded(async () => blob, label);
}

function makeLoaded(load, label) {
  const element = h("div", { class: "media", "data-state": "waiting" });
  const state = { source: null, isWanted: false, isLoading: false };

  async function change(isInSight) {
    state.isWanted = isInSight;
    if (!isInSight && isIdle(element)) free();
    if (isInSight && !state.source && !state.isLoading) await fill();
  }

  async function fill() {
    state.isLoading = true;
    try {
      const blob = await load();
      if (state.isWanted) showBlob(blob);
    } catch (error) {
      holdToRefusal(error);
      replace(element, h("p", { class: "faint small" }, error.isGone ? "It is not kept any longer." : markCode(error.message)));
      element.dataset.state = "failed";
    } finally {
      state.isLoading = false;
    }
  }

  function showBlob(blob) {
    const tag = TAGS[findMediaKind(blob.type)];
    if (tag) state.source = URL.createObjectURL(blob);
    replace(element, tag ? makePlayer(tag, state.source, label) : showType(blob));
    element.dataset.state = "shown";
  }

  function free() {
    if (state.source) URL.revokeObjectURL(state.source);
    state.source = null;
    element.replaceChildren();
    element.dataset.state = "waiting";
  }

  loaders.set(element, change);
  // Who is taken out of the document is out of sight, too.
  observer.observe(element);
  return element;
}

function makePlayer(tag, source, label) {
  if (tag === "img") return h("img", { src: source, alt: label, decoding: "async" });
  return h(tag, { src: source, controls: true, preload: "metadata", "aria-label": label });
}

function showType(blob) {
  return h("p", { class: "file-type" }, h("strong", {}, blob.type || "A file"), ` ${blob.size.toLocaleString("en")} bytes`);
}

/** Tell whether nobody listens to it, or watches it from where they have stopped. */
function isIdle(element) {
  const player = element.querySelector("video, audio");
  return !element.isConnected || !player || (player.paused && player.currentTime === 0);
}
