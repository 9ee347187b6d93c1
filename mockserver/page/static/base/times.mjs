// Instants and durations of virtual time, in milliseconds since 1970 (UTC), and how they read.

/** A minute in milliseconds. */
export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS = [[DAY, "d"], [HOUR, "h"], [MINUTE, "min"], [1000, "s"]];

/** Return the instant that ISO 8601 text names, as `2026-01-01T00:00:13.060000Z`. */
export function parseInstant(text) {
  const [seconds, fraction] = text.replace("Z", "").split(".");
  // Date.parse knows no microseconds.
  return Date.parse(`${seconds}Z`) + Number(`0.${fraction ?? 0}`) * 1000;
}

/** Return the date of an instant, `2026-01-01`. */
export function renderDate(instant) {
  return new Date(instant).toISOString().split("T")[0];
}

/** Return the time of day of an instant, with as many decimals of its second. */
export function renderTime(instant, decimals = 0) {
  // An instant is cut, as clocks do: 12:00 has not come at 11:59:59.9.
  const whole = new Date(instant).toISOString().split("T")[1];
  return whole.slice(0, decimals ? 9 + Math.min(decimals, 3) : 8);
}

/** Return date and time of an instant in full, to the millisecond. */
export function renderInstant(instant) {
  return `${renderDate(instant)} ${renderTime(instant, 3)}`;
}

/** Return a duration as people say it: `340 ms`, `13.06 s`, `2 min 5 s`, `59 min`, `3 d 4 h`. */
export function renderDuration(length) {
  const sign = length < 0 ? "−" : "";
  const size = Math.abs(length);
  if (size === 0) return "0 s";
  if (size < 1) return `${sign}${trim(size, 3)} ms`;
  if (size < 999.5) return `${sign}${Math.round(size)} ms`;
  if (size < 59_995) return `${sign}${trim(size / 1000, 2)} s`;
  return sign + renderParts(size);
}

/** Return a duration in its largest unit and the next. */
function renderParts(size) {
  for (const [index, [unit]] of UNITS.entries()) {
    const next = UNITS[index + 1]?.[0];
    if (!next) break;
    const rounded = Math.round(size / next) * next;
    if (rounded < unit) continue;
    const [many, rest] = [Math.floor(rounded / unit), Math.round((rounded % unit) / next)];
    return `${many} ${UNITS[index][1]}${rest ? ` ${rest} ${UNITS[index + 1][1]}` : ""}`;
  }
  return `${Math.round(size / 1000)} s`;
}

function trim(number, decimals) {
  return String(Number(number.toFixed(decimals)));
}
