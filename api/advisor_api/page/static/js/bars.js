// Figures drawn with their ranges. Each is an image with words for those who do not see it.

import { h } from "./dom.js";
import { BASES, figure, FITS, gib, ranged } from "./words.js";

/** The axis that all intervals of an answer share: from a round number below to a round one above. */
export function axisOf(intervals) {
  const low = Math.min(...intervals.map((interval) => interval.low));
  const high = Math.max(...intervals.map((interval) => interval.high));
  const span = high - low || Math.abs(high) || 1;
  const step = 10 ** Math.floor(Math.log10(span)) / (span / 10 ** Math.floor(Math.log10(span)) < 2 ? 4 : 2);
  const start = Number((Math.floor(low / step) * step).toPrecision(6));
  const end = Number((Math.ceil(high / step) * step).toPrecision(6));
  return { start, end, at: (value) => `${(100 * (value - start)) / (end - start)}%` };
}

/** A quality interval: the range, and where the expectation lies in it. */
export function qualityBar(quality, axis) {
  const words = ranged(quality.expected, quality.low, quality.high);
  const label = `expected ${words.value} ${quality.unit}, 80% range ${words.low} to ${words.high}`;
  return h(
    "div",
    { class: "interval", role: "img", "aria-label": label },
    h("i", { class: "track" }),
    h("i", { class: "range", vars: { "--from": axis.at(quality.low), "--to": axis.at(quality.high) } }),
    h("i", { class: "point", vars: { "--at": axis.at(quality.expected) } }),
    h("span", { class: "end", "aria-hidden": "true" }, axis.start),
    h("span", { class: "end", "aria-hidden": "true" }, axis.end),
  );
}

/** Memory in parts against the device; without a device, the parts against their own range; nothing where it is not known. */
export function memoryBar(memory) {
  if (memory.total_gib === null) return null;
  const whole = Math.max(memory.available_gib ?? 0, memory.high_gib, memory.total_gib) || 1;
  const share = (size) => `${(100 * size) / whole}%`;
  const parts = partsOf(memory);
  const of = memory.available_gib ? ` of ${gib(memory.available_gib)} GiB` : "";
  const label = `${gib(memory.total_gib)} GiB${of}: ${parts.map((part) => `${part.name} ${gib(part.size)}`).join(", ")}`;
  return h(
    "div",
    { class: "stack", role: "img", "aria-label": label },
    parts.map((part) => h("i", { class: part.name, vars: { "--size": share(part.size) } })),
    h("i", { class: "whisker", vars: { "--from": share(memory.low_gib), "--to": share(memory.high_gib) } }),
    memory.available_gib && whole > memory.available_gib && h("i", { class: "edge", vars: { "--at": share(memory.available_gib) } }),
  );
}

/** "8.0 of 24.0 GiB, fits" and its parts. */
export function memoryWords(memory) {
  if (memory.total_gib === null) return [h("strong", {}, "unknown")];
  const of = memory.available_gib ? ` of ${gib(memory.available_gib)}` : "";
  const fit = memory.available_gib ? `, ${FITS[memory.verdict]}` : "";
  return [
    h("strong", {}, `${gib(memory.total_gib)}${of} GiB${fit}`),
    h("span", { class: "range-words" }, `${gib(memory.low_gib)} to ${gib(memory.high_gib)}, ${BASES[memory.basis]}`),
  ];
}

/** The key to the parts of a memory bar, with their sizes. */
export function memoryKey(memory) {
  return h(
    "ul",
    { class: "key", "aria-hidden": "true" },
    partsOf(memory).map((part) => h("li", {}, h("i", { class: part.name }), `${part.name} ${gib(part.size)}`)),
  );
}

/** Units of time, their ms, and how many of them a time must have to be told in them. */
const TIMES = [["days", 86_400_000, 2], ["h", 3_600_000, 2], ["min", 60_000, 2], ["s", 1000, 10]];

/** The unit that an estimate is told in, and how many of its own it has. */
function told(estimate) {
  const found = estimate.unit === "ms" && TIMES.find(([, size, least]) => estimate.value >= least * size);
  return found ? { unit: found[0], size: found[1] } : { unit: estimate.unit, size: 1 };
}

/** An estimate in words: the figure, its range, where it comes from. */
export function estimateWords(estimate) {
  const { unit, size } = told(estimate);
  const range = estimate.low === estimate.high ? "" : `${figure(estimate.low / size)} to ${figure(estimate.high / size)}, `;
  return [
    h("strong", {}, `${figure(estimate.value / size)} ${unit}`),
    h("span", { class: "range-words" }, range + BASES[estimate.basis]),
  ];
}

/** An estimate on a logarithmic scale from `least` to `most`. */
export function rangeBar(estimate, least, most) {
  const at = (value) => `${(100 * Math.log(Math.max(value, least) / least)) / (Math.log(most / least) || 1)}%`;
  const label = `${figure(estimate.low)} to ${figure(estimate.high)} ${estimate.unit}`;
  return h(
    "div",
    { class: "interval slim", role: "img", "aria-label": label },
    h("i", { class: "track" }),
    h("i", { class: "range", vars: { "--from": at(estimate.low), "--to": at(estimate.high) } }),
    h("i", { class: "point", vars: { "--at": at(estimate.value) } }),
  );
}

function partsOf(memory) {
  const parts = [
    { name: "weights", size: memory.weights_gib },
    { name: "cache", size: memory.kv_gib },
    { name: "overhead", size: memory.overhead_gib },
  ];
  return parts.filter((part) => part.size >= 0.005);
}
