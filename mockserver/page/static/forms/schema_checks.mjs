// What is wrong with a value by its JSON Schema: the plain rules, told at the field; the server knows them all.

import { simplifySchema } from "./schemas.mjs";

/**
 * List what is wrong with a value.
 *
 * @param {any} value A JSON value.
 * @param {object|boolean} given Its schema, references resolved.
 * @param {(string|number)[]} path Where the value is.
 * @returns {{path: (string|number)[], reason: string}[]} The first reason of each place.
 */
export function checkValue(value, given, path = []) {
  const schema = simplifySchema(given);
  if (value === null && schema.isNullable) return [];
  const reason = findReason(value, schema);
  if (reason) return [{ path, reason }];
  return [
    ...checkMembers(value, schema, path),
    ...checkItems(value, schema, path),
    ...checkAlternatives(value, schema, path),
  ];
}

function findReason(value, schema) {
  if ("const" in schema && !isSame(value, schema.const)) return `is ${render(schema.const)} or left out`;
  if (schema.enum && !schema.enum.some((each) => isSame(each, value)))
    return `is none of ${schema.enum.map(render).join(", ")}`;
  const types = [schema.type ?? []].flat();
  if (types.length && !types.some((type) => isOfType(value, type)))
    return `has to be ${types.map(nameType).join(" or ")}`;
  if (typeof value === "string") return checkText(value, schema);
  if (typeof value === "number") return checkNumber(value, schema);
  if (Array.isArray(value)) return checkCount(value.length, schema.minItems, schema.maxItems, "items");
  return isObject(value) && checkCount(Object.keys(value).length, schema.minProperties, schema.maxProperties, "fields");
}

function checkText(text, { minLength, maxLength, pattern }) {
  const length = [...text].length;
  if (length < minLength) return minLength === 1 ? "is empty" : `has ${length} of at least ${minLength} characters`;
  if (length > maxLength) return `has ${length} of at most ${maxLength} characters`;
  return pattern !== undefined && !fits(text, pattern) && `is not like ${pattern}`;
}

function checkNumber(number, { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }) {
  if (number < minimum) return `is less than ${minimum}`;
  if (number > maximum) return `is more than ${maximum}`;
  if (number <= exclusiveMinimum) return `has to be more than ${exclusiveMinimum}`;
  if (number >= exclusiveMaximum) return `has to be less than ${exclusiveMaximum}`;
  const quotient = number / (multipleOf ?? number);
  return Math.abs(quotient - Math.round(quotient)) > 1e-9 && `is no multiple of ${multipleOf}`;
}

function checkCount(count, least, most, what) {
  if (count < least) return `has ${count} of at least ${least} ${what}`;
  return count > most && `has ${count} of at most ${most} ${what}`;
}

function checkMembers(value, { properties = {}, required = [], additionalProperties }, path) {
  if (!isObject(value)) return [];
  const missing = required
    .filter((name) => !(name in value))
    .map((name) => ({ path: [...path, name], reason: "is missing" }));
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    if (Object.hasOwn(properties, name)) return checkValue(member, properties[name], [...path, name]);
    if (additionalProperties === false) return [{ path: [...path, name], reason: "is not known" }];
    return checkValue(member, additionalProperties ?? {}, [...path, name]);
  });
  return [...missing, ...wrong];
}

function checkItems(value, { items }, path) {
  if (!Array.isArray(value) || !items) return [];
  return value.flatMap((item, index) => checkValue(item, items, [...path, index]));
}

function checkAlternatives(value, { oneOf, anyOf }, path) {
  const given = oneOf ?? anyOf;
  if (!given || given.some((each) => checkValue(value, each).length === 0)) return [];
  return [{ path, reason: "fits none of the alternatives" }];
}

function fits(text, pattern) {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true;
  }
}

function isOfType(value, type) {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  if (type === "null") return value === null;
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameType(type) {
  return (
    {
      integer: "a whole number",
      number: "a number",
      string: "a text",
      array: "a list",
      object: "an object",
      boolean: "true or false",
    }[type] ?? type
  );
}

function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function render(value) {
  return JSON.stringify(value);
}
