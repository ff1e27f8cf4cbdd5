// An answer: what was understood, the picks, the plot, what nearly passed, how to make sure.

import { axisOf } from "./bars.js";
import { card, command } from "./card.js";
import { changes } from "./changes.js";
import { copyButton } from "./copy.js";
import { h } from "./dom.js";
import { named } from "./layout.js";
import { nearMisses } from "./near.js";
import { pareto } from "./pareto.js";
import { address } from "./router.js";
import { passed, understood } from "./understood.js";
import { many, sentence } from "./words.js";

const ON_SHEET = 3;

/**
 * Everything to show of an answer.
 * @param answer a Recommendation
 * @param spec what was asked
 * @param tools { ask(spec), signal }
 */
export function answerView(answer, spec, tools) {
  const chosen = new Set();
  const bar = compareBar(chosen, spec);
  const scale = answer.picks.length ? scaleOf(answer.picks) : null;
  const cards = answer.picks.map((pick) => card(pick, scale, compareBox(pick, chosen, bar.update)));
  return [
    sheetHead(answer),
    h("header", { class: "answer-head" }, h("div", {}, h("h2", { tabindex: -1 }, headline(answer)), h("p", { class: "lead" }, passed(answer))), share(spec)),
    understood(answer, (stated) => tools.ask({ ...spec, ...stated })),
    answer.warnings.length > 0 && h("section", { class: "warnings", "aria-label": "Before you trust this" }, h("ul", {}, answer.warnings.map((text) => h("li", {}, sentence(named(text)))))),
    cards.length > 0 && h("section", { class: "cards", "aria-label": "Picks" }, cards),
    cards.length > ON_SHEET && h("p", { class: "sheet-more" }, `And ${many(cards.length - ON_SHEET, "more model")} in the full answer.`),
    bar.element,
    pareto(answer),
    nearMisses(answer, spec, tools.ask),
    changes(spec, tools),
    answer.verify_plan.length > 0 && h("section", { class: "verify", "aria-labelledby": "verify-title" }, h("h2", { id: "verify-title" }, "Make sure"), h("p", { class: "lead" }, "Measure the picks on your own machine and data."), answer.verify_plan.map(command)),
    h("p", { class: "provenance" }, `Answer ${answer.id}, catalog ${answer.catalog_snapshot}, ranker ${answer.ranker}. Ranges hold in 8 of 10 cases.`),
  ];
}

function headline(answer) {
  if (!answer.picks.length) return "No model meets every limit";
  return answer.picks.length === 1 ? "One model to use" : `${many(answer.picks.length, "model")} to use`;
}

function scaleOf(picks) {
  const speeds = picks.map((pick) => pick.speed).filter(Boolean);
  const one = new Set(speeds.map((speed) => speed.unit)).size === 1;
  return {
    quality: axisOf(picks.map((pick) => pick.quality)),
    speed: one && speeds.length > 1 ? { least: Math.min(...speeds.map((speed) => speed.low)) / 1.2, most: Math.max(...speeds.map((speed) => speed.high)) * 1.2 } : null,
  };
}

function share(spec) {
  return h(
    "div",
    { class: "share" },
    copyButton("Copy link", () => location.href),
    copyButton("Copy spec", () => JSON.stringify(spec, null, 2), { title: "As JSON, for advisor recommend and POST /v1/recommendations" }),
    h("button", { type: "button", class: "quiet", title: "The decision on one page", onclick: () => window.print() }, "Print sheet"),
  );
}

/** What only the printed sheet says: the need in words and the day. */
function sheetHead(answer) {
  const asked = answer.requirements;
  return h("div", { class: "sheet-head" }, h("p", {}, h("b", {}, asked.name ?? "Model decision"), ` · ${new Date().toISOString().slice(0, 10)}`), asked.description && h("p", {}, `“${asked.description}”`));
}

function compareBox(pick, chosen, update) {
  const box = h("input", { type: "checkbox", onchange: () => {
    if (box.checked) chosen.add(pick.model_id);
    else chosen.delete(pick.model_id);
    update();
  } });
  return h("label", { class: "compare-box" }, box, "Compare", h("span", { class: "unseen" }, ` ${pick.model_id}`));
}

function compareBar(chosen, spec) {
  const link = h("a", { class: "button" });
  const element = h("p", { class: "compare-bar", hidden: true }, link);
  const update = () => {
    const params = new URLSearchParams([...chosen].map((id) => ["model", id]));
    for (const [fact, value] of Object.entries(spec.use ?? {})) params.append(`use.${fact}`, value);
    link.href = address("compare", params);
    link.textContent = chosen.size === 1 ? "Choose another to compare" : `Compare these ${chosen.size} side by side`;
    element.hidden = chosen.size === 0;
  };
  return { element, update };
}
