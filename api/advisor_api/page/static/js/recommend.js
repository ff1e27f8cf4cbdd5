// The first tool: from a sentence to picks.

import { recommend } from "./api.js";
import { answerView } from "./answer.js";
import { announce, h, put } from "./dom.js";
import { fieldGroups, formState } from "./form.js";
import { EXAMPLES, GROUPS } from "./layout.js";
import { go } from "./router.js";
import { fieldsOf } from "./schema.js";
import { fieldRow } from "./field.js";
import { fromParams, toParams } from "./spec.js";
import { examples, waiting } from "./states.js";
import { many } from "./words.js";

/** The tool; `open(params)` shows what an address asks. */
export function recommendTool(document) {
  const fields = fieldsOf(document, "Requirements");
  const { elements, rows, changed } = fieldGroups(fields, GROUPS.map((group) => group.id));
  const sentence = fieldRow(fields.get("description"), changed);
  rows.set("description", sentence);
  const general = h("div", { class: "alert", role: "alert", tabindex: -1, hidden: true });
  const submit = h("button", { class: "main" }, "Find models");
  const form = h(
    "form",
    { class: "spec", novalidate: true, "aria-label": "What you need" },
    h("div", { class: "sentence" }, sentence.element, h("p", { class: "actions" }, submit, h("button", { type: "button", class: "quiet", onclick: startOver }, "Start over"))),
    examples("recommend", EXAMPLES.map((example) => ({ ...example, params: { description: example.text } }))),
    h("div", { class: "groups" }, h("h2", { class: "groups-title" }, "Say more, where it matters"), elements),
  );
  const results = h("div", { class: "results", "aria-busy": "false" });
  const element = h("div", { class: "tool recommend start" }, h("div", { class: "ask" }, h("h1", {}, "What do you need a model for?"), form), h("div", { class: "outcome" }, general, results));
  const state = formState(rows, fields, changed, general);
  let running = null;

  async function ask(spec) {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    state.clear();
    element.classList.remove("start");
    submit.textContent = "Looking…";
    results.setAttribute("aria-busy", "true");
    announce("Looking for models");
    if (!results.hasChildNodes()) put(results, waiting(3));
    try {
      const answer = await recommend(spec, signal);
      put(results, answerView(answer, spec, { ask: (other) => go("recommend", toParams(other)), signal }));
      announce(answer.picks.length ? `${many(answer.picks.length, "model")} found` : "No model meets every limit");
      results.querySelector("h2").focus();
    } catch (error) {
      if (error.name === "AbortError") return;
      put(results);
      if (!error.errors) throw error;
      state.fail(error, submitForm);
    } finally {
      if (!signal.aborted) {
        submit.textContent = "Find models";
        results.setAttribute("aria-busy", "false");
      }
    }
  }

  function submitForm() {
    const params = toParams(state.read());
    if (params.size) go("recommend", params);
    else state.fail({ errors: [{ field: "description", message: "Say what you need, or choose a task below: one sentence is enough" }] });
  }

  function startOver() {
    go("recommend", new URLSearchParams());
    sentence.focus();
  }

  function open(params) {
    const spec = fromParams(params, fields);
    state.write(spec);
    if (params.size) {
      ask(spec);
      return;
    }
    running?.abort();
    state.clear();
    element.classList.add("start");
    put(results);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submitForm();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submitForm();
  });
  return { element, open, title: "Recommend" };
}
