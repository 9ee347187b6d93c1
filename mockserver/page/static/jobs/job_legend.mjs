// What the parts of a job's picture mean.

import { h } from "../base/dom.mjs";

const BARS = [
  ["job-part queued", "queued"],
  ["job-part processing", "processing"],
  ["job-part processing stalled", "stalled"],
  ["job-part processing planned", "planned"],
  ["job-part completed", "kept after completion"],
  ["job-part failed", "kept after failure"],
];

/** Make the legend, which opens when somebody wants it. */
export function makeLegend() {
  const swatch = (kind, sign = null) =>
    h("span", { class: "job-swatch", "aria-hidden": "true" }, h("span", { class: kind }, sign));
  const rows = [
    ...BARS.map(([kind, words]) => [swatch(kind), words]),
    [swatch("job-sign completed", "✓"), "completed, with what was charged"],
    [swatch("job-sign failed", "✕"), "failed"],
    [swatch("job-expiry", "⊘"), "expired, or to expire"],
    [swatch("job-poll"), "polls"],
    [swatch("job-gap"), "more than a minute in which nothing happens"],
    [swatch("job-now"), "now"],
  ];
  return h(
    "details",
    { class: "job-legend" },
    h("summary", { class: "small" }, "What the bars show"),
    h("ul", {}, rows.map(([sign, words]) => h("li", {}, sign, words))),
  );
}
