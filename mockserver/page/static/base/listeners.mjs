// Those who want to be told when something changes.

/** Make a list of listeners: `add` returns what removes one again, `call` calls all. */
export function makeListeners() {
  const all = new Set();
  return {
    add(listener) {
      all.add(listener);
      return () => all.delete(listener);
    },
    call(...news) {
      for (const listener of [...all]) listener(...news);
    },
  };
}
