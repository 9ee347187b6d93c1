// What moves the clock: a line for each move, with its commands.

import { h } from "../base/dom.mjs";
import { renderPython } from "../base/literals.mjs";
import { parseInstant, renderInstant } from "../base/times.mjs";
import { makeButton, perform } from "../parts/actions.mjs";
import { makeControlCommands, showCommands } from "../parts/commands.mjs";

const MINUTE_S = 60;
const HOUR_S = 3600;
const MODES = [
  ["real", "real: as it goes"],
  ["frozen", "frozen: when told"],
  ["auto", "auto: with polls"],
  ["xN", "xN: N times as fast"],
];

/**
 * Make the moves of a clock.
 *
 * @param {object} state The state of the clock, see clock_state.mjs.
 * @param {(fired: object[]) => void} tellFired Called with the changes of state that a move brought about.
 */
export function makeMoves(state, tellFired) {
  const move = async (request) => {
    const { account } = state;
    const clock = await perform(request, ({ now_utc: now, mode, fired }) =>
      `It is ${renderInstant(parseInstant(now))} (${mode})${fired.length ? `, and jobs changed: ${fired.length}` : ""}.`);
    if (!clock) return;
    state.take(account, clock);
    tellFired(clock.fired);
  };
  const make = (body, pytest) => {
    const whose = state.account === null ? {} : { api_key: state.account };
    return { method: "PATCH", path: "/_mock/clock", body: { ...body, ...whose }, pytest };
  };
  const mode = makeModeLine(state, make, move);
  const element = h(
    "div",
    { class: "moves" },
    makeButtonLine("Forward by a minute", () => makeAdvance(make, MINUTE_S), move),
    makeButtonLine("Forward by an hour", () => makeAdvance(make, HOUR_S), move),
    makeButtonLine("To the next change of a job", () => make({ to_next: true }, "segmock.clock.advance_to_next()"), move),
    makeSecondsLine(make, move),
    makeInstantLine(make, move),
    mode.element,
  );
  return { element, show: mode.show };
}

function makeAdvance(make, seconds) {
  return make({ advance_s: seconds }, `segmock.clock.advance(${seconds})`);
}

/** Make a line with a button alone. */
function makeButtonLine(text, makeRequest, move) {
  return makeLine([makeButton(text, () => move(makeRequest()))], makeRequest);
}

/** Make a line with fields and a button. */
function makeFormLine(fields, text, makeRequest, move) {
  const press = async () => {
    if (form.reportValidity()) await move(makeRequest());
  };
  const button = makeButton(text, press, { type: "submit" });
  const form = h("form", { class: "bar", novalidate: true, on: { submit: (event) => event.preventDefault() } }, fields, button);
  return makeLine([form], makeRequest);
}

function makeLine(content, makeRequest) {
  return h("div", { class: "move" }, content, showCommands(() => makeControlCommands(makeRequest())));
}

function makeSecondsLine(make, move) {
  const field = h("input", { id: "clock-seconds", type: "number", step: "any", required: true, value: "90" });
  const label = h("label", { for: "clock-seconds" }, "Seconds");
  return makeFormLine([label, field], "Forward", () => makeAdvance(make, Number(field.value)), move);
}

function makeInstantLine(make, move) {
  const field = h("input", {
    id: "clock-instant",
    required: true,
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "2026-01-01T12:00:00Z",
  });
  const label = h("label", { for: "clock-instant" }, "Instant (UTC)");
  const makeRequest = () => {
    const instant = field.value.trim() || field.placeholder;
    return make({ set_utc: instant }, `segmock.clock.set(utc=${renderPython(instant)})`);
  };
  return makeFormLine([label, field], "Move there", makeRequest, move);
}

function makeModeLine(state, make, move) {
  let isTouched = false;
  const list = h("select", { id: "clock-mode", on: { change: touch } }, MODES.map(([value, text]) => h("option", { value }, text)));
  const times = h("input", {
    id: "clock-times",
    type: "number",
    min: "0.000001",
    step: "any",
    required: true,
    value: "60",
    "aria-label": "N: how many times as fast",
    on: { input: () => { isTouched = true; } },
  });
  const readMode = () => (list.value === "xN" ? `x${times.value}` : list.value);
  const makeRequest = () => make({ mode: readMode() }, `segmock.clock.set(${renderPython(readMode())})`);
  const change = async (request) => {
    isTouched = false;
    await move(request);
  };
  const line = makeFormLine([h("label", { for: "clock-mode" }, "Mode"), list, times], "Change", makeRequest, change);

  function touch() {
    isTouched = true;
    showTimes();
  }

  function showTimes() {
    times.hidden = list.value !== "xN";
    times.disabled = times.hidden;
  }

  /** Show the mode that the clock has, unless somebody is about to choose another. */
  function show() {
    if (!isTouched && state.clock) {
      const isTimes = state.clock.mode.startsWith("x");
      list.value = isTimes ? "xN" : state.clock.mode;
      if (isTimes) times.value = state.clock.mode.slice(1);
    }
    showTimes();
  }

  return { element: line, show };
}
