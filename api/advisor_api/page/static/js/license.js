// The third tool: may I use this model or license for that.

import { checkLicense } from "./api.js";
import { announce, h, put } from "./dom.js";
import { examples, waiting } from "./states.js";
import { fieldGroups, formState } from "./form.js";
import { go } from "./router.js";
import { fieldsOf } from "./schema.js";
import { licensesAndModels } from "./sources.js";
import { fromParams, isEmpty, toParams } from "./spec.js";
import { suggest } from "./suggest.js";
import { licenseName, verdictBadge, verdictDetails } from "./verdict.js";
import { VERDICTS } from "./words.js";
import { lineOfError } from "./wrong.js";

const EXAMPLES = [
  { title: "A chat model in a large product", text: "Llama 3.1 for business with 900 million users", params: { name: "llama3.1", "use.commercial": true, "use.mau_at_release": 900000000, "use.mau_at_release_scope": "group" } },
  { title: "Share-alike in a closed product", text: "A GPL-3.0 model inside an app that is sold", params: { name: "gpl-3.0", "use.commercial": true, "use.distribution": "embedded_product", "use.closed_source_product": true } },
  { title: "A model and its bases", text: "A fine-tune of Gemma whose own tag says MIT", params: { name: "princeton-nlp/gemma-2-9b-it-SimPO", "use.commercial": true } },
];

/** The tool; `open(params)` shows what an address asks. */
export function licenseTool(document) {
  const fields = fieldsOf(document, "LicenseUse", "use.");
  const { elements, rows, changed } = fieldGroups(fields, ["use"]);
  elements[0].open = true;
  const input = h("input", { type: "text", id: "license-name", name: "license_or_model", placeholder: "llama3.1 or Qwen/Qwen3-8B", "aria-describedby": "license-help license-error" });
  const error = h("div", { class: "error", id: "license-error", hidden: true });
  rows.set("license_or_model", nameRow(input, error));
  const general = h("div", { class: "alert", role: "alert", tabindex: -1, hidden: true });
  const results = h("div", { class: "results" });
  const box = suggest(input, licensesAndModels, (value) => {
    input.value = value;
  });
  const form = h(
    "form",
    { class: "spec", novalidate: true, "aria-label": "License check" },
    h("div", { class: "field" }, h("label", { for: "license-name" }, "License or model"), box, h("p", { class: "help", id: "license-help" }, "A license id, or a model: then its base models are checked too."), error),
    examples("license", EXAMPLES),
    h("div", { class: "groups" }, elements),
    h("p", { class: "actions" }, h("button", { class: "main" }, "Check")),
  );

  const element = h("div", { class: "tool license" }, h("div", { class: "ask" }, h("h1", {}, "May I use it?"), form), h("div", { class: "outcome" }, general, results));
  const state = formState(rows, fields, changed, general);

  function ask() {
    const { license_or_model: name, ...spec } = state.read();
    const params = toParams(spec);
    params.set("name", name ?? "");
    go("license", params);
  }

  async function open(params) {
    const name = params.get("name");
    params.delete("name");
    element.classList.toggle("start", name === null);
    const spec = fromParams(params, fields);
    state.write({ ...spec, license_or_model: name ?? "" });
    state.clear();
    put(results);
    if (name === null) return;
    results.setAttribute("aria-busy", "true");
    put(results, waiting(1));
    try {
      const verdict = await checkLicense({ license_or_model: name, use: spec.use ?? {} });
      put(results, verdictView(name, verdict));
      announce(`${name}: ${VERDICTS[verdict.verdict].word}`);
      results.querySelector("h2").focus();
    } catch (problem) {
      put(results);
      if (!problem.errors) throw problem;
      state.fail(problem, ask);
    } finally {
      results.removeAttribute("aria-busy");
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  return { element, open, title: "License check" };
}

function verdictView(name, verdict) {
  return h(
    "article",
    { class: "card verdict-card", "aria-labelledby": "verdict-title" },
    h("h2", { id: "verdict-title", tabindex: -1 }, name),
    h("p", { class: "verdict-line" }, verdictBadge(verdict.verdict), licenseName(verdict)),
    verdict.name && verdict.name !== verdict.id && h("p", { class: "facts" }, verdict.name),
    h("p", { class: "reason" }, verdict.reason),
    h("div", { class: "verdict-more" }, verdictDetails(verdict, "h3")),
  );
}

function nameRow(input, error) {
  return {
    element: input,
    path: "license_or_model",
    label: "License or model",
    get: () => (isEmpty(input.value.trim()) ? null : input.value.trim()),
    set: (value) => {
      input.value = value ?? "";
    },
    focus: () => input.focus(),
    fail: (problem, suggestions, take) => {
      put(error, h("p", {}, suggestions.length ? `${problem.message}; did you mean` : lineOfError(problem)), suggestions.length > 0 && h("p", {}, suggestions.map((value) => h("button", { type: "button", class: "chip", onclick: () => take(value) }, value))));
      error.hidden = false;
      input.setAttribute("aria-invalid", "true");
    },
    clear: () => {
      error.hidden = true;
      input.removeAttribute("aria-invalid");
    },
  };
}
