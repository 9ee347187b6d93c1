// The exchanges that are kept, oldest first, within bounds.

/** A list may grow by so many more before it is cut: each cut copies it. */
const SLACK = 1000;

/**
 * Make the list of exchanges that are kept: at most so many, and so many characters of JSON.
 *
 * Its `all` has them; `dropped` tells how many left since there was no room for them.
 */
export function makeKeptExchanges(most, mostCharacters) {
  const sizes = new WeakMap();
  let characters = 0;
  const kept = { all: [], dropped: 0, append, putBefore, keepOnly, empty };

  function add(exchange, size) {
    sizes.set(exchange, size);
    characters += size;
  }

  /** Append exchanges, each as `{exchange, size}`; the oldest leave where there is no room for all. */
  function append(some) {
    for (const { exchange, size } of some) {
      add(exchange, size);
      kept.all.push(exchange);
    }
    dropOldest();
  }

  function dropOldest() {
    const many = kept.all.length > most + SLACK ? kept.all.length - most : 0;
    let count = 0;
    while (count < many || (characters > mostCharacters && count < kept.all.length - 1)) {
      characters -= sizes.get(kept.all[count]);
      count += 1;
    }
    if (count === 0) return;
    kept.dropped += count;
    kept.all.splice(0, count);
  }

  /** Put older exchanges before all others, the newest of them first; tell whether there was room for all. */
  function putBefore(some) {
    let first = some.length;
    for (; first > 0 && kept.all.length + some.length - first < most; first -= 1) {
      const exchange = some[first - 1];
      const size = JSON.stringify(exchange).length;
      if (characters + size > mostCharacters) break;
      add(exchange, size);
    }
    kept.all = [...some.slice(first), ...kept.all];
    return first === 0;
  }

  function keepOnly(isKept) {
    kept.all = kept.all.filter(isKept);
    characters = kept.all.reduce((sum, exchange) => sum + sizes.get(exchange), 0);
  }

  function empty() {
    kept.all = [];
    kept.dropped = 0;
    characters = 0;
  }

  return kept;
}
