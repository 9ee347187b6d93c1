// The key with which this page runs models: plainly none of the service's, unless somebody types another.

const NAME = "segmock-page-key";
const DEFAULT = "SG_page_0000";

/** Return the key that this tab uses. */
export function readKey() {
  return sessionStorage.getItem(NAME) ?? DEFAULT;
}

/** Have this tab use a key. */
export function keepKey(key) {
  sessionStorage.setItem(NAME, key);
}

/** Return the headers that a key is sent in: as UTF-8, byte by byte. */
export function makeKeyHeaders(key) {
  return { "x-api-key": String.fromCharCode(...new TextEncoder().encode(key)) };
}
