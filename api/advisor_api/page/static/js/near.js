// Models that would rank high but for what they fail, by what would admit them.

import { modelName } from "./card.js";
import { h } from "./dom.js";
import { NAMES } from "./layout.js";
import { figure, plain, sentence } from "./words.js";

const TURNED = { allow_uncensored: true, allow_remote_code: true, open_weights_only: false, safe_formats_only: false };
const TOGETHER = { licenses_allow: ["licenses_allow", "licenses_deny"] };

/**
 * The near misses of an answer.
 * @param answer a Recommendation
 * @param spec what was asked
 * @param relax called with the spec to ask instead
 */
export function nearMisses(answer, spec, relax) {
  if (!answer.near_misses.length) return null;
  const groups = groupBy(answer.near_misses, lacks);
  return h(
    "section",
    { class: "near", "aria-labelledby": "near-title" },
    h("h2", { id: "near-title" }, answer.picks.length ? "Nearly" : "Nearest"),
    h("p", { class: "lead" }, answer.picks.length ? "These would rank among the picks, but each fails a limit." : "Each of these fails only what is named."),
    [...groups].map(([names, misses]) => group(names.split(" "), misses, spec, relax)),
  );
}

function lacks(miss) {
  return miss.failures.map((failure) => failure.constraint).join(" ");
}

function group(names, misses, spec, relax) {
  const changed = relaxed(spec, names);
  const title = sentence(names.map(label).join(" and "));
  const needed = [...new Set(misses.flatMap((miss) => miss.failures.map((failure) => failure.needed)))];
  const action = changed
    ? h("button", { type: "button", onclick: () => relax(changed) }, "Ask again without this limit", h("span", { class: "unseen" }, `: ${title}`))
    : h("p", { class: "help" }, "Read from the text: say it otherwise to lift it.");
  return h(
    "div",
    { class: "near-group" },
    h("header", {}, h("div", {}, h("h3", {}, title), h("p", { class: "help" }, `Needed: ${needed.join("; ")}`)), action),
    h("ul", {}, misses.map(row)),
  );
}

function row(miss) {
  const quality = miss.expected_quality === null ? null : h("span", { class: "expected" }, `${figure(miss.expected_quality)} expected`);
  return h("li", {}, h("div", { class: "name" }, h("span", {}, modelName(miss.model_id)), quality), h("p", {}, miss.failures.map((failure) => failure.has).join("; ")));
}

/** The spec without these constraints; null where the request does not state one of them. */
export function relaxed(spec, names) {
  const changed = structuredClone(spec);
  for (const name of names) {
    if (name in TURNED) changed[name] = TURNED[name];
    else {
      const stated = (TOGETHER[name] ?? [name]).filter((field) => field in changed);
      if (!stated.length) return null;
      for (const field of stated) delete changed[field];
    }
  }
  return changed;
}

/** What a constraint is called in a sentence. */
export function label(name) {
  if (name === "use") return "license for this use";
  return (NAMES[name]?.label ?? plain(name)).toLowerCase();
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
