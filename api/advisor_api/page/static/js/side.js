// Models side by side: a column a model, a row a fact, then the benchmarks that they share.

import { memoryWords } from "./bars.js";
import { modelName } from "./card.js";
import { announce, h } from "./dom.js";
import { licenseName, verdictBadge } from "./verdict.js";
import { figure, language, many, month, params as size, sentence } from "./words.js";

const MOST_BENCHMARKS = 12;
const MOST_LANGUAGES = 6;

/**
 * The table of a comparison.
 * @param answer a Comparison
 * @param stated whether the use was stated, so that verdicts are for it
 */
export function sideBySide(answer, stated) {
  const { rows } = answer;
  const line = (name, cell) => h("tr", {}, h("th", { scope: "row" }, name), rows.map((row) => h("td", {}, cell(row) ?? h("span", { class: "none" }, "unknown"))));
  const precisions = [...new Set(rows.flatMap((row) => Object.keys(row.memory)))];
  return [
    h("h2", { tabindex: -1 }, `${many(rows.length, "model")} compared`),
    answer.warnings.length > 0 && h("ul", { class: "warnings" }, answer.warnings.map((text) => h("li", {}, sentence(text)))),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Comparison" },
      h(
        "table",
        { class: "side-by-side" },
        h("thead", {}, h("tr", {}, h("td"), rows.map((row) => h("th", { scope: "col" }, modelName(row.model.model_id), row.proprietary && h("small", {}, " closed, for reference"))))),
        h(
          "tbody",
          {},
          line("Against the first", (row) => row.relative ?? "—"),
          line("Size", (row) => (row.model.params_total ? size(row.model.params_total, row.model.params_active) : null)),
          line(stated ? "License for this use" : "License", licenseOf),
          line("Ability", (row) => row.ability && [h("strong", {}, figure(row.ability.value)), h("small", {}, `${figure(row.ability.low)} to ${figure(row.ability.high)}, ${row.ability.unit}`)]),
          precisions.map((precision) => line(`Memory, ${precision}`, (row) => row.memory[precision] && h("span", { class: "words" }, memoryWords(row.memory[precision])))),
          line("Context", (row) => row.model.context_tokens && `${row.model.context_tokens.toLocaleString("en")} tokens`),
          line("Released", (row) => month(row.model.release_date)),
          line("Languages", (row) => languages(row.model.languages)),
        ),
        answer.benchmarks.length > 0 && benchmarks(answer.benchmarks, rows),
      ),
    ),
  ];
}

/** The verdict; of a closed model that there is no license to judge. */
function licenseOf(row) {
  const { license } = row;
  const badge = row.proprietary ? h("span", { class: "badge open" }, "Proprietary") : verdictBadge(license.verdict);
  return [badge, row.proprietary ? h("span", { class: "license-name" }, "closed weights, terms of its provider") : licenseName(license), h("small", {}, license.reason)];
}

/** The first rows, and the rest behind a button. */
function benchmarks(ids, rows) {
  const told = h("span", {}, `Shared benchmarks, ${Math.min(ids.length, MOST_BENCHMARKS)} of ${ids.length}`);
  const all = h("button", { type: "button", class: "quiet", onclick: () => {
    body.append(...ids.slice(MOST_BENCHMARKS).map((id) => benchmark(id, rows)));
    told.textContent = many(ids.length, "shared benchmark");
    all.remove();
    announce(`${many(ids.length, "benchmark")} shown`);
  } }, `Show all ${ids.length}`);
  const head = h("th", { scope: "rowgroup", colspan: rows.length + 1 }, told, ids.length > MOST_BENCHMARKS && all);
  const body = h("tbody", {}, h("tr", { class: "section" }, head), ids.slice(0, MOST_BENCHMARKS).map((id) => benchmark(id, rows)));
  return body;
}

function benchmark(id, rows) {
  const results = rows.map((row) => row.scores[id]);
  const scored = results.filter(Boolean);
  const best = Math.max(...scored.map((result) => (result.higher_is_better ? result.score : -result.score)));
  const origin = (result) => `${result.measured_by}, ${result.source}`;
  const shared = new Set(scored.map(origin)).size === 1;
  const notes = [scored[0].unit, !scored[0].higher_is_better && "lower is better", shared && origin(scored[0])];
  const cell = (result) => {
    if (!result) return h("td", {}, h("span", { class: "none" }, "not measured"));
    const leads = scored.length > 1 && (result.higher_is_better ? result.score : -result.score) === best;
    return h("td", { class: leads ? "leads" : null }, h("strong", {}, figure(result.score)), leads && h("span", { class: "unseen" }, " best"), !shared && h("small", {}, origin(result)));
  };
  return h("tr", {}, h("th", { scope: "row" }, scored[0].benchmark, h("small", {}, notes.filter(Boolean).join(", "))), results.map(cell));
}

function languages(codes) {
  if (!codes.length) return null;
  const rest = codes.length - MOST_LANGUAGES;
  return codes.slice(0, MOST_LANGUAGES).map(language).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
