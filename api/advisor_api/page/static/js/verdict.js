// A license verdict: the word, why, what is owed, and what it depends on.

import { h } from "./dom.js";
import { VERDICTS, plain } from "./words.js";

/** The verdict in a word, with a mark so that it does not hang on color. */
export function verdictBadge(verdict) {
  const { word, tone, mark } = VERDICTS[verdict];
  return h("span", { class: `badge ${tone}` }, h("span", { "aria-hidden": "true" }, mark), word);
}

/** "apache-2.0 (permissive)", a link where the text is published. */
export function licenseName(license) {
  const name = license.url ? h("a", { href: license.url, rel: "noreferrer noopener", target: "_blank" }, license.id) : license.id;
  const kind = license.kind !== "unknown" && license.kind !== license.id ? ` (${license.kind})` : "";
  return h("span", { class: "license-name" }, name, kind);
}

/** Duties, clauses and conditions; nothing where there are none. */
export function verdictDetails(license) {
  return [
    listOf("You then owe", license.obligations.map((duty) => [duty.text, duty.clause && h("small", {}, ` ${duty.clause}`)])),
    listOf("Depends on", license.depends_on),
    listOf("Would be allowed if", license.would_change),
    listOf("Mind", license.risks),
    license.clause && h("p", {}, h("b", {}, "Clause "), license.clause),
    license.next_step && h("p", {}, h("b", {}, "Next "), license.next_step),
    license.chain.length > 1 && listOf("Made from", license.chain.slice(1).map(linkOf)),
    h("p", { class: "help" }, `License text known with ${license.confidence} confidence.`),
  ];
}

function linkOf(link) {
  return `${link.model_id}: ${link.license_id}, ${plain(link.verdict)}${link.inferred ? " (read from the name)" : ""}`;
}

function listOf(title, items) {
  if (!items.length) return null;
  return [h("h4", {}, title), h("ul", {}, items.map((item) => h("li", {}, item)))];
}
