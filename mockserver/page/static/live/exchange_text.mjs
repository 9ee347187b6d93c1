// The text of an exchange that is searched: made when it is first asked for, and then kept.

const texts = new WeakMap();

/** Return all that can be searched of an exchange, in lower case. */
export function findText(exchange) {
  let text = texts.get(exchange);
  if (text === undefined) {
    text = makeText(exchange);
    texts.set(exchange, text);
  }
  return text;
}

function makeText(exchange) {
  const { seq, method, path, route, model, request_id: job, status, delivery, fault_id: fault, account, api_key: key } = exchange;
  const parts = [`#${seq}`, method, path, route, model, job, status, delivery, fault, account, key, exchange.hint];
  collect(exchange.advice, parts);
  collect(exchange.request?.body, parts);
  collect(exchange.response?.body, parts);
  return parts.filter((part) => part !== undefined && part !== null).join("\n").toLowerCase();
}

function collect(value, parts) {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, parts);
  } else if (value !== null && typeof value === "object") {
    for (const [name, item] of Object.entries(value)) {
      if (item !== null && typeof item === "object") {
        parts.push(name);
        collect(item, parts);
      } else {
        parts.push(`${name}: ${item}`);
      }
    }
  } else if (value !== undefined) {
    parts.push(String(value));
  }
}
