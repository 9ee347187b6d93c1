// Amounts of money: decimal texts, exactly as the server writes them. None becomes a binary number.

const MEMBERS = new Set(["credits", "free_credits", "held", "amount"]);
const DECIMAL = /^(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Read JSON in which the members that are money become texts. */
export function parseMoney(text) {
  return JSON.parse(text, (name, value, context) =>
    MEMBERS.has(name) && typeof value === "number" ? renderPlain(context?.source ?? String(value)) : value);
}

/** Tell whether a text is an amount. */
export function isMoney(text) {
  return /^\d+(\.\d+)?$/.test(text);
}

/** Return an amount as people read it: `$0.075`. */
export function renderMoney(amount) {
  return `$${amount}`;
}

/** Return an amount as JSON has it: a number where one is exact, else the text. */
export function encodeMoney(amount) {
  const number = Number(amount);
  return renderPlain(String(number)) === renderPlain(amount) ? number : amount;
}

/** Return the sum of amounts. */
export function addMoney(amounts) {
  const parts = amounts.map((amount) => splitDecimal(amount));
  const places = Math.max(0, ...parts.map(({ fraction }) => fraction.length));
  const sum = parts.reduce((total, { whole, fraction }) => total + BigInt(whole + fraction.padEnd(places, "0")), 0n);
  const digits = sum.toString().padStart(places + 1, "0");
  return places ? renderPlain(`${digits.slice(0, -places)}.${digits.slice(-places)}`) : digits;
}

/** Write an amount without an exponent and without idle zeros. */
function renderPlain(text) {
  if (!DECIMAL.test(text)) return text;
  const { whole, fraction } = splitDecimal(text);
  const [digits, rest] = [whole.replace(/^0+(?=\d)/, ""), fraction.replace(/0+$/, "")];
  return rest ? `${digits}.${rest}` : digits;
}

function splitDecimal(text) {
  const [, whole, fraction = "", exponent = "0"] = DECIMAL.exec(text);
  const shift = Number(exponent);
  if (shift >= 0) return { whole: whole + fraction.slice(0, shift).padEnd(shift, "0"), fraction: fraction.slice(shift) };
  const padded = whole.padStart(1 - shift, "0");
  return { whole: padded.slice(0, shift), fraction: padded.slice(shift) + fraction };
}
