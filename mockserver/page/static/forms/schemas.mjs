// What a JSON Schema says of a value: which kind of field it is, how far it goes, what is wrong with one.

import { cutText } from "../base/text.mjs";

const LONGEST_EXAMPLE = 80;
const OF_ANY_KIND = {
  minLength: "string",
  maxLength: "string",
  pattern: "string",
  minimum: "number",
  maximum: "number",
};

/**
 * Return a schema in a form that fields are made of: parts of `allOf` are merged, `null` is told apart.
 *
 * @param {object|boolean} schema The schema, its references resolved.
 * @returns {object} The same with `isNullable`, which tells that null is a value too.
 */
export function simplifySchema(schema) {
  if (typeof schema !== "object" || schema === null) return { isNullable: false };
  const { allOf = [], ...own } = schema;
  const merged = allOf.map(simplifySchema).reduce(mergeSchemas, own);
  return separateNull(merged);
}

/**
 * Return which kind of field a simplified schema is: `fixed`, `choice`, `alternatives`, `text`, `number`,
 * `boolean`, `list`, `object`, or `json` where all that can be asked for is JSON.
 */
export function findKind(schema) {
  if ("const" in schema) return "fixed";
  if (schema.enum) return "choice";
  const type = findType(schema);
  if (type === "object") return schema.properties ? "object" : "json";
  if (listAlternatives(schema).length > 1) return "alternatives";
  if (type === "array") return schema.items ? "list" : "json";
  return { string: "text", integer: "number", number: "number", boolean: "boolean" }[type] ?? "json";
}

/** Return the schemas of which a value has to fit one, each whole. */
export function listAlternatives(schema) {
  const { oneOf, anyOf, ...common } = schema;
  const given = oneOf ?? anyOf;
  if (given) return given.map((each) => simplifySchema(mergeSchemas(common, each)));
  if (Array.isArray(schema.type)) return schema.type.map((type) => ({ ...schema, type }));
  return [schema];
}

/** Return how a schema would be called among alternatives. */
export function nameSchema(schema) {
  if (schema.title) return schema.title;
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return "one of a list";
  const names = {
    text: "text",
    number: "number",
    boolean: "true or false",
    list: "list",
    object: "object",
    json: "JSON",
  };
  return names[findKind(schema)] ?? "another";
}

/** Return what a schema asks of a value beside its kind, in words, empty if nothing. */
export function describeLimits(schema) {
  const { minItems, maxItems, minLength, maxLength, multipleOf } = schema;
  const words = [
    schema.type === "integer" && "a whole number",
    describeRange(schema),
    multipleOf !== undefined && `a multiple of ${multipleOf}`,
    describeCount(minLength, maxLength, "characters"),
    describeCount(minItems, maxItems, "items"),
    schema.pattern && !schema.description && `like ${schema.pattern}`,
    describeExample(schema),
  ];
  return words.filter(Boolean).join(", ");
}

/** Return the type of a schema, as far as it has one alone. */
export function findType(schema) {
  if (typeof schema.type === "string") return schema.type;
  if (schema.type) return undefined;
  if (schema.items) return "array";
  if (schema.properties || schema.additionalProperties || schema.propertyNames) return "object";
  return Object.entries(OF_ANY_KIND).find(([name]) => name in schema)?.[1];
}

function describeExample({ default: unset, examples }) {
  if (unset !== undefined && unset !== null) return `${cutText(JSON.stringify(unset), LONGEST_EXAMPLE)} unless set`;
  return examples?.length && `for example ${cutText(JSON.stringify(examples[0]), LONGEST_EXAMPLE)}`;
}

function describeRange({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  const low =
    minimum !== undefined ? `${minimum}` : exclusiveMinimum !== undefined ? `more than ${exclusiveMinimum}` : "";
  const high =
    maximum !== undefined ? `${maximum}` : exclusiveMaximum !== undefined ? `less than ${exclusiveMaximum}` : "";
  if (low && high)
    return minimum !== undefined && maximum !== undefined ? `${low} to ${high}` : `${low}, at most ${high}`;
  if (low) return minimum !== undefined ? `at least ${low}` : low;
  return high && (maximum !== undefined ? `at most ${high}` : high);
}

function describeCount(least, most, what) {
  if (least > 1 && most !== undefined) return `${least} to ${most} ${what}`;
  if (least > 1) return `at least ${least} ${what}`;
  return most !== undefined ? `at most ${most} ${what}` : "";
}

function mergeSchemas(one, other) {
  if (typeof other !== "object" || other === null) return one;
  const merged = { ...one, ...other };
  if (one.properties && other.properties) merged.properties = { ...one.properties, ...other.properties };
  if (one.required && other.required) merged.required = [...new Set([...one.required, ...other.required])];
  return merged;
}

function separateNull(schema) {
  const name = schema.oneOf ? "oneOf" : "anyOf";
  if (schema.enum) return { ...schema, isNullable: false };
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== "null");
    return { ...schema, type: types.length === 1 ? types[0] : types, isNullable: types.length < schema.type.length };
  }
  if (!schema[name] || schema.properties) return { ...schema, isNullable: Boolean(schema.isNullable) };
  const { [name]: given, ...common } = schema;
  const others = given.filter((each) => each.type !== "null" && !("const" in each && each.const === null));
  const isNullable = others.length < given.length || Boolean(schema.isNullable);
  if (others.length === 1)
    return { ...simplifySchema(mergeSchemas(common, others[0])), ...describe(common), isNullable };
  return { ...common, [name]: others, isNullable };
}

/** Return what a schema says for readers: that of the whole outweighs that of a part. */
function describe(schema) {
  const names = ["title", "description", "default"];
  return Object.fromEntries(names.filter((name) => name in schema).map((name) => [name, schema[name]]));
}
