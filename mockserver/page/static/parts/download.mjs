// Files that the browser is to save.

import { h } from "../base/dom.mjs";
import { makeButton } from "./actions.mjs";
import { loadOutput } from "./media.mjs";
import { tellError } from "./notes.mjs";

const SOON_MS = 1000;

/** Have the browser save bytes as a file of this name. */
export function saveFile(blob, name) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), SOON_MS);
}

/** Make a button that saves an output. */
export function makeDownload(name) {
  return makeButton("Download", async () => {
    try {
      saveFile(await loadOutput(name), name);
    } catch (error) {
      tellError(error);
    }
  });
}
