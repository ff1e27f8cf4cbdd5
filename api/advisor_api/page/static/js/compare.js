// The second tool: models side by side.

import { compare } from "./api.js";
import { chips } from "./chips.js";
import { announce, h, put } from "./dom.js";
import { go } from "./router.js";
import { models } from "./sources.js";
import { fromParams, toParams } from "./spec.js";
import { examples, waiting } from "./states.js";
import { fieldsOf } from "./schema.js";
import { sideBySide } from "./side.js";
import { many } from "./words.js";
import { lineOfError } from "./wrong.js";

const EXAMPLES = [
  { title: "Open chat models of 2023", text: "Llama 2, Falcon and Mistral, beside GPT-3", params: { model: ["llama-2-7b", "llama-2-13b", "llama-2-70b", "falcon-7b", "falcon-40b", "mistral-7b", "gpt-3"] } },
  { title: "BERT and its small ones", text: "What DistilBERT and TinyBERT give up", params: { model: ["bert-base", "distilbert", "tinybert-6l", "tinybert-4l"] } },
  { title: "Multilingual embeddings", text: "BGE-M3 and E5, for business", params: { model: ["BAAI/bge-m3", "intfloat/multilingual-e5-large"], "use.commercial": true } },
];

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
  const element = h("div", { class: "tool compare" }, h("h1", {}, "Models side by side"), form, general, examples("compare", EXAMPLES), results);
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
    element.classList.toggle("start", !asked.length);
    if (!asked.length) return;
    put(results, waiting(2));
    results.setAttribute("aria-busy", "true");
    try {
      const requirements = Object.keys(use).length ? { description: "comparison", use } : null;
      const answer = await compare({ model_ids: asked, requirements });
      put(results, sideBySide(answer, Object.keys(use).length > 0));
      announce(`${many(answer.rows.length, "model")} compared`);
      results.querySelector("h2").focus();
    } catch (error) {
      put(results);
      if (!error.errors) throw error;
      tell(error);
    } finally {
      results.removeAttribute("aria-busy");
    }
  }

  function tell(problem) {
    const lines = problem.errors.length ? problem.errors.map((error) => lineOfError(error)) : [problem.message];
    const told = problem.errors.map((error, position) => {
      const close = (error.suggestions ?? []).map((value) => h("button", { type: "button", class: "chip", onclick: () => take(error, value) }, value));
      return close.length ? [h("p", {}, `${error.message}; did you mean`), h("p", {}, close)] : h("p", {}, lines[position]);
    });
    put(general, told.length ? told : h("p", {}, problem.message));
    general.hidden = false;
    input.setAttribute("aria-invalid", "true");
    announce(`Not answered: ${lines.join("; ")}`);
    input.focus();
  }

  /** Ask again with a known name in the place of the unknown one. */
  function take(error, value) {
    names.set(names.get().with(Number(error.field.split(".")[1]), value));
    ask();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  return { element, open, title: "Compare" };
}
