// What was read from the request, how surely, and the other readings with one click.

import { h } from "./dom.js";
import { gib, language, percent, plain } from "./words.js";

/**
 * What the service understood.
 * @param answer a Recommendation
 * @param state called with the fields that the reader states
 */
export function understood(answer, state) {
  const read = answer.interpreted;
  const rows = [
    ["Task", sure(read.task, plain(read.task.value)), others(read, state)],
    ["Languages", read.languages.map((item) => sure(item, language(item.value)))],
    ["Domains", read.domains.map((item) => sure(item, plain(item.value)))],
    ["Device", read.hardware ? sure(read.hardware, device(read.device) ?? read.hardware.value) : null],
    ["Limits", read.limits.map((item) => sure(item, plain(item.value)))],
  ];
  return h(
    "section",
    { class: "understood", "aria-labelledby": "understood-title" },
    h("h3", { id: "understood-title" }, "Understood as"),
    h("dl", {}, rows.filter(([, value]) => value && value.length !== 0).map(([name, ...value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
  );
}

function sure(item, shown) {
  const stated = item.confidence >= 1;
  return h(
    "span",
    { class: stated ? "reading stated" : "reading" },
    shown,
    !stated && h("small", {}, ` ${percent(item.confidence)} sure, from “${item.because}”`),
  );
}

function others(read, state) {
  if (!read.alternatives.length) return null;
  const button = (item) => h("button", { type: "button", class: "chip", onclick: () => state({ task: item.value }) }, plain(item.value), h("small", {}, ` ${percent(item.confidence)}`));
  return h("span", { class: "others" }, "or is it ", read.alternatives.map(button));
}

function device(figures) {
  if (!figures) return null;
  const name = figures.count > 1 ? `${figures.count} × ${figures.name}` : figures.name;
  return `${name}, ${gib(figures.memory_gib * figures.count)} GiB`;
}

/** How many models were looked at, and from which catalog. */
export function passed(answer) {
  const all = answer.n_considered.toLocaleString("en");
  if (!answer.n_passed) return `None of ${all} models passes every limit`;
  return `${answer.n_passed.toLocaleString("en")} of ${all} models ${answer.n_passed === 1 ? "passes" : "pass"} every limit`;
}
