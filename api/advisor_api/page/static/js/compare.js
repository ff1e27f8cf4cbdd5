// The second tool: models side by side.

import { compare } from "./api.js";
import { memoryWords } from "./bars.js";
import { modelName } from "./card.js";
import { chips } from "./chips.js";
import { announce, h, put } from "./dom.js";
import { go } from "./router.js";
import { models } from "./sources.js";
import { fromParams, toParams } from "./spec.js";
import { fieldsOf } from "./schema.js";
import { licenseName, verdictBadge } from "./verdict.js";
import { count, figure, language, many, month, params as size } from "./words.js";

const MOST_BENCHMARKS = 12;
const MOST_LANGUAGES = 6;

/** The tool; `open(params)` shows what an address asks. */
export function compareTool(document) {
  const fields = fieldsOf(document, "LicenseUse", "use.");
  const input = h("input", { type: "text", id: "compare-models", name: "model_ids", placeholder: "Qwen/Qwen3-8B", "aria-describedby": "compare-help" });
  const names = chips(input, models, () => {});
  const general = h("div", { class: "alert", role: "alert", tabindex: -1, hidden: true });
  const results = h("div", { class: "results" });
  const form = h(
    "form",
    { class: "line", novalidate: true, "aria-label": "Models to compare" },
    h("div", { class: "field" }, h("label", { for: "compare-models" }, "Models"), names.element, h("p", { class: "help", id: "compare-help" }, "Ids or common names, up to 20; the first is what the others are measured against.")),
    h("button", { class: "main" }, "Compare"),
  );
  const element = h("div", { class: "tool compare" }, h("h1", {}, "Models side by side"), form, general, results);
  let use = {};

  function ask() {
    const params = toParams({ use });
    const asked = names.get();
    const together = new URLSearchParams(asked.map((id) => ["model", id]));
    for (const [name, value] of params) together.append(name, value);
    go("compare", together);
  }

  async function open(params) {
    names.set(params.getAll("model"));
    params.delete("model");
    use = fromParams(params, fields).use ?? {};
    general.hidden = true;
    put(results);
    const asked = names.get();
    if (!asked.length) return;
    results.setAttribute("aria-busy", "true");
    try {
      const requirements = Object.keys(use).length ? { description: "comparison", use } : null;
      const answer = await compare({ model_ids: asked, requirements });
      put(results, table(answer, use));
      announce(`${many(answer.rows.length, "model")} compared`);
      results.querySelector("h2").focus();
    } catch (error) {
      if (!error.errors) throw error;
      tell(error);
    } finally {
      results.removeAttribute("aria-busy");
    }
  }

  function tell(problem) {
    const lines = problem.errors.length ? problem.errors.map((error) => `${error.message}${error.expected ? `: ${error.expected}` : ""}`) : [problem.message];
    put(general, lines.map((line) => h("p", {}, line)));
    general.hidden = false;
    input.setAttribute("aria-invalid", "true");
    announce(`Not answered: ${lines.join("; ")}`);
    input.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  return { element, open, title: "Compare" };
}

function table(answer, use) {
  const { rows } = answer;
  const line = (name, cell) => h("tr", {}, h("th", { scope: "row" }, name), rows.map((row) => h("td", {}, cell(row) ?? h("span", { class: "none" }, "unknown"))));
  const precisions = [...new Set(rows.flatMap((row) => Object.keys(row.memory)))];
  const shown = answer.benchmarks.slice(0, MOST_BENCHMARKS);
  const stated = Object.keys(use).length > 0;
  return [
    h("h2", { tabindex: -1 }, `${many(rows.length, "model")} compared`),
    answer.warnings.length > 0 && h("ul", { class: "warnings" }, answer.warnings.map((text) => h("li", {}, text))),
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
          line(stated ? "License for this use" : "License", (row) => [verdictBadge(row.license.verdict), licenseName(row.license), h("small", {}, row.license.reason)]),
          line("Ability", (row) => row.ability && [h("strong", {}, figure(row.ability.value)), h("small", {}, `${figure(row.ability.low)} to ${figure(row.ability.high)}, ${row.ability.unit}`)]),
          precisions.map((precision) => line(`Memory, ${precision}`, (row) => row.memory[precision] && h("span", { class: "words" }, memoryWords(row.memory[precision])))),
          line("Context", (row) => row.model.context_tokens && `${count(row.model.context_tokens)} tokens`),
          line("Released", (row) => month(row.model.release_date)),
          line("Languages", (row) => languages(row.model.languages)),
        ),
        shown.length > 0 && h("tbody", {}, h("tr", { class: "section" }, h("th", { scope: "rowgroup", colspan: rows.length + 1 }, `Shared benchmarks, ${shown.length} of ${answer.benchmarks.length}`)), shown.map((id) => benchmark(id, rows))),
      ),
    ),
  ];
}

function benchmark(id, rows) {
  const results = rows.map((row) => row.scores[id]);
  const scored = results.filter(Boolean);
  const best = Math.max(...scored.map((result) => (result.higher_is_better ? result.score : -result.score)));
  const cell = (result) => {
    if (!result) return h("td", {}, h("span", { class: "none" }, "not measured"));
    const leads = scored.length > 1 && (result.higher_is_better ? result.score : -result.score) === best;
    return h("td", { class: leads ? "leads" : null }, h("strong", {}, figure(result.score)), leads && h("span", { class: "unseen" }, " best"), h("small", {}, `${result.measured_by}, ${result.source}`));
  };
  return h("tr", {}, h("th", { scope: "row" }, scored[0].benchmark, h("small", {}, `${scored[0].unit}${scored[0].higher_is_better ? "" : ", lower is better"}`)), results.map(cell));
}

function languages(codes) {
  if (!codes.length) return null;
  const rest = codes.length - MOST_LANGUAGES;
  return codes.slice(0, MOST_LANGUAGES).map(language).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
