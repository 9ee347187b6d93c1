// The exchange whose details are shown: it is in the address, `exchange=12`.

import { goTo, openExchange } from "../exchange/exchange.mjs";

/**
 * Make the choice of an exchange.
 *
 * @param {object} context The context of the page.
 * @param {string} view The view in whose address it is.
 * @param {(seq: number|null) => void} mark Called with the number of the one that is shown.
 */
export function makeChosen(context, view, mark) {
  const { address, panel } = context;
  const listeners = { whenShown, whenClosed };
  let shown = null;

  function whenShown({ seq }) {
    shown = seq;
    if (address.query.exchange !== String(seq)) address.set({ exchange: String(seq) });
    mark(seq);
  }

  function whenClosed() {
    shown = null;
    // Another view that was gone to has an address of its own.
    if (address.view === view && address.query.exchange) address.set({ exchange: null });
    mark(null);
  }

  async function read({ exchange }) {
    const wanted = /^\d{1,15}$/.test(exchange ?? "") ? Number(exchange) : null;
    if (wanted === shown) return;
    shown = wanted;
    if (wanted === null) {
      panel.close();
      return;
    }
    await goTo(context, wanted, listeners);
  }

  return {
    /** Show an exchange that somebody chose. */
    open: (exchange) => openExchange(context, exchange, listeners),
    /** Show what the query of the address names. */
    read,
    get seq() {
      return shown;
    },
  };
}
