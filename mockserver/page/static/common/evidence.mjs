// The classes of evidence on which facts and models rest.

const CLASSES = {
  seed: "what was known when this emulator was begun",
  docs: "the vendor's documentation",
  live: "an answer of the live service",
  sdk: "the vendor's SDK",
  "vendor-code": "other code of the vendor's",
  samples: "payloads on the model's page",
  clients: "public clients",
  third: "outsiders' profile of the API",
  inferred: "a choice that nobody documents",
};

/** Return what a class of evidence is, in words; its own name where there are none. */
export function explainEvidence(name) {
  return CLASSES[name] ?? name;
}
