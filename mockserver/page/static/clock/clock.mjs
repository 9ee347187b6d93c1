// The clock in the header: what time it is, how it goes, and what moves it.

import { h, markCode, replace } from "../base/dom.mjs";
import { makeVisible } from "../base/text.mjs";
import { renderDate, renderInstant, renderTime } from "../base/times.mjs";
import { makePopover } from "../parts/popover.mjs";
import { makeChangesOfState } from "./clock_fired.mjs";
import { makeMoves } from "./clock_moves.mjs";
import { makeClockState } from "./clock_state.mjs";

const TICK_MS = 100;
const UNKNOWN = "––:––:––";

/** Make the clock of the header: of the one account that is chosen, or the default clock. */
export function makeClock({ address, exchanges, scope }) {
  const state = makeClockState(scope, exchanges);
  const face = makeFace(state);
  const details = makeDetails(state, scope);
  const fired = makeChangesOfState(address);
  const moves = makeMoves(state, fired.show);
  const { element, summary, content } = makePopover("clock", showDetails, () => {});
  replace(summary, face.element);
  replace(content, details.element, moves.element, fired.element);
  let timer = null;

  function tick() {
    face.show();
    if (element.open) details.tick();
  }

  function showDetails() {
    details.show();
    moves.show();
  }

  let { account } = state;
  state.changed.add(() => {
    if (state.account !== account) fired.clear();
    account = state.account;
    clearInterval(timer);
    if (state.clock?.rate > 0) timer = setInterval(tick, TICK_MS);
    face.show();
    if (element.open) showDetails();
  });
  face.show();
  state.start();
  return element;
}

/** Make what is always there: date, time and mode. */
function makeFace(state) {
  const whose = h("span", { class: "visually-hidden" });
  const date = h("span", { class: "clock-date" });
  const time = h("span", { class: "clock-time" });
  const mode = h("span", { class: "badge" });
  const element = h("span", { class: "clock-face number" }, whose, date, " ", time, " ", mode);

  function show() {
    const now = state.readNow();
    setText(whose, `${state.account === null ? "Default clock" : `Clock of ${state.account}`}: `);
    setText(date, now === null ? "" : renderDate(now));
    setText(time, now === null ? UNKNOWN : renderTime(now));
    setText(mode, state.clock?.mode ?? (state.error ? "unknown" : "…"));
  }

  return { element, show };
}

/** Make what the popover says of the clock. */
function makeDetails(state, scope) {
  const heading = h("h2", {});
  const words = h("p", { class: "small faint" });
  const problem = h("p", { class: "bad", role: "alert", hidden: true });
  const now = h("dd", { class: "number" });
  const pace = h("dd", {});
  const facts = h("dl", { class: "facts" }, h("dt", {}, "It is"), now, h("dt", {}, "It goes"), pace);
  const element = h("div", {}, heading, words, problem, facts);

  function show() {
    replace(heading, state.account === null ? "The default clock" : ["The clock of ", h("code", {}, state.account)]);
    setText(words, explainChoice(scope));
    problem.hidden = state.error === null;
    replace(problem, markCode(state.error?.words ?? ""));
    facts.hidden = state.clock === null;
    if (state.clock) setText(pace, explainPace(state.clock));
    tick();
  }

  function tick() {
    const instant = state.readNow();
    if (instant !== null) setText(now, `${renderInstant(instant)} UTC`);
  }

  return { element, show, tick };
}

function explainChoice({ chosen }) {
  if (chosen.length === 1) return "It is the one account that is chosen for this page: no other account's time moves.";
  const how = "To move the time of one account alone, choose that account and no other beside this clock.";
  const several = chosen.length ? `${chosen.length} accounts are chosen, so this is not the clock of one of them. ` : "";
  return `${several}Every account goes with it, unless its own clock was given a mode. ${how}`;
}

function explainPace({ mode, rate }) {
  if (mode === "frozen") return "frozen: it moves only when it is told to";
  if (mode === "auto") return "auto: it stands still, and each poll of a pending job moves its account on to the next state";
  if (mode === "real") return "real: a second is a second";
  return `${mode}: a second is ${rate} seconds`;
}

function setText(element, text) {
  const visible = makeVisible(text);
  if (element.textContent !== visible) element.textContent = visible;
}
