// The schema of a model as a form takes it: what is only likely decides which fields there are, too.

/**
 * Return a schema for the form of a model.
 *
 * @param {object} schema The model's own.
 * @param {object} sample A body that runs: what nothing is known of is of the kind that this has.
 */
export function makeFormSchema(schema, sample) {
  const properties = Object.entries(schema.properties ?? {}).map(([name, each]) => [name, addLikely(each, sample?.[name])]);
  const advice = schema["x-advice"] ?? {};
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: [...new Set([...(schema.required ?? []), ...(advice.required ?? [])])],
  };
}

function addLikely(schema, sample) {
  const likely = { ...schema["x-advice"], ...schema };
  const isKnown = ["type", "enum", "const", "oneOf", "anyOf", "allOf", "items", "properties"].some((name) => name in likely);
  return isKnown ? likely : { ...guessSchema(sample), ...likely };
}

function guessSchema(sample) {
  if (typeof sample === "string") return { type: "string", ...(/^(https?|data):/.test(sample) && { format: "uri" }) };
  if (typeof sample === "number" || typeof sample === "boolean") return { type: typeof sample };
  return {};
}
