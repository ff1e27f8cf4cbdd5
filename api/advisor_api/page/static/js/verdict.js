// A license verdict: the word, why, what is owed, and what it depends on.

import { h } from "./dom.js";
import { NAMES } from "./layout.js";
import { VERDICTS, plain, sentence } from "./words.js";

/** The verdict in a word, with a mark so that it does not hang on color. */
export function verdictBadge(verdict) {
  const { word, tone, mark } = VERDICTS[verdict];
  return h("span", { class: `badge ${tone}` }, h("span", { "aria-hidden": "true" }, mark), word);
}

/** "apache-2.0 (permissive)", a link where the text is published. */
export function licenseName(license) {
  const name = license.url ? h("a", { href: license.url, rel: "noreferrer noopener", target: "_blank" }, license.id) : license.id;
  const kind = license.kind !== "unknown" && license.kind !== license.id ? ` (${license.kind})` : "";
  const bases = new Set(license.chain.slice(1).map((link) => link.license_id));
  bases.delete(license.id);
  return h("span", { class: "license-name" }, name, kind, ...[...bases].map((id) => `, base license ${id}`));
}

/** Duties, risks, clauses and conditions under headings of a level; nothing where there are none. */
export function verdictDetails(license, heading, risks = license.risks) {
  return [
    listOf(heading, "You then owe", license.obligations.map((duty) => [duty.text, duty.clause && h("small", {}, ` ${duty.clause}`)])),
    listOf(heading, "Depends on", license.depends_on.map(inWords)),
    listOf(heading, "Would be allowed if", license.would_change.map(inWords)),
    listOf(heading, "Mind", risks),
    license.clause && h("p", {}, h("b", {}, "Clause "), license.clause),
    license.next_step && h("p", {}, h("b", {}, "Next "), inWords(license.next_step)),
    license.chain.length > 1 && listOf(heading, "Made from", license.chain.slice(1).map(linkOf)),
    h("p", { class: "help" }, `License text known with ${license.confidence} confidence.`),
  ];
}

/** Text of the service, with the facts of a use that it names (mau_at_release) as the form calls them. */
function inWords(text) {
  return sentence(text.replaceAll(/\b[a-z]+(?:_[a-z]+)+\b/g, (word) => (`use.${word}` in NAMES ? `“${NAMES[`use.${word}`].label}”` : word)));
}

function linkOf(link) {
  return `${link.model_id}: ${link.license_id}, ${plain(link.verdict)}${link.inferred ? " (read from the name)" : ""}`;
}

function listOf(heading, title, items) {
  if (!items.length) return null;
  return [h(heading, {}, title), h("ul", {}, items.map((item) => h("li", {}, item)))];
}
