// Files that somebody picks for a parameter: uploaded, as the service wants it, where a URL is asked for.

import { tell, tellError } from "../parts/notes.mjs";
import { ask, readBody } from "../server/api.mjs";
import { makeKeyHeaders } from "../server/page_key.mjs";

/**
 * Upload each file that is picked in a form, and put its URL into the field.
 *
 * @param {HTMLElement} form Where the files are picked (see controls.mjs).
 * @param {() => string} readKey Returns the key whose account they are uploaded for.
 */
export function uploadPicked(form, readKey) {
  form.addEventListener("filepicked", (event) => {
    const { file, isUrl, take } = event.detail;
    if (!isUrl) return;
    event.preventDefault();
    upload(file, readKey()).then(
      (url) => {
        take(url);
        tell(`Uploaded ${file.name}.`);
      },
      tellError,
    );
  });
}

/** Upload a file; return the URL under which it is then. */
async function upload(file, key) {
  const response = await ask("/upload-asset", {
    method: "POST",
    headers: { ...makeKeyHeaders(key), "content-type": "application/json" },
    body: JSON.stringify({ data_urls: [await readUrl(file)] }),
    isData: true,
  });
  const { file_urls: urls } = await readBody(response, "json");
  return urls[0];
}

/** Return a file as a data URL. */
function readUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}
