// A recommended model.

import { estimateWords, memoryBar, memoryKey, memoryWords, qualityBar, rangeBar } from "./bars.js";
import { copyButton } from "./copy.js";
import { h } from "./dom.js";
import { evidenceRows } from "./evidence.js";
import { licenseName, verdictBadge, verdictDetails } from "./verdict.js";
import { RELATIONS, count, gib, month, params, percent, plain, ranged, sentence } from "./words.js";

/**
 * The card of a pick.
 * @param pick a Pick of the answer
 * @param scale { quality, speed }: the axes that all cards share
 * @param compared the box that says whether it is to be compared
 */
export function card(pick, scale, compared) {
  const facts = [params(pick.params_total, pick.params_active), month(pick.release_date), variant(pick)];
  return h(
    "article",
    { class: "card", "aria-labelledby": `pick-${pick.rank}` },
    h(
      "header",
      {},
      h("span", { class: "rank", "aria-hidden": "true" }, pick.rank),
      h("div", {}, h("h3", { id: `pick-${pick.rank}` }, h("span", { class: "unseen" }, `${pick.rank}. `), modelName(pick.model_id)), h("p", { class: "facts" }, facts.filter(Boolean).join(" · "))),
      compared,
    ),
    h(
      "dl",
      { class: "figures" },
      row("Quality", quality(pick.quality), qualityBar(pick.quality, scale.quality)),
      row("License", [verdictBadge(pick.license.verdict), licenseName(pick.license)], null, h("p", {}, pick.license.reason), owed(pick), license(pick)),
      row("Memory", memoryWords(pick.memory), pick.memory.total_gib > 0 && memoryBar(pick.memory), pick.memory.total_gib > 0 && memoryKey(pick.memory), note(pick.memory.note)),
    ),
    h(
      "dl",
      { class: "figures paces" },
      pace("Speed", pick.speed, scale.speed),
      pace("Latency", pick.latency),
      pace("Energy", pick.energy),
      pace("Cost", pick.cost),
      pick.quality_loss?.high > 0 && pace("Lost to quantisation", pick.quality_loss),
    ),
    h("div", { class: "why" }, h("h4", {}, "Why"), h("ul", {}, pick.reasons.map((reason) => h("li", {}, sentence(reason))))),
    pick.risks.length > 0 && h("div", { class: "risks" }, h("h4", {}, "Risks"), h("ul", {}, pick.risks.map((risk) => h("li", {}, sentence(risk))))),
    h("p", { class: "adapt" }, h("b", {}, `${sentence(plain(pick.adaptation.advice))}: `), pick.adaptation.why, pick.adaptation.learning_rate && ` (${pick.adaptation.learning_rate})`),
    pick.smaller.length > 0 && smaller(pick.smaller),
    pick.evidence.length > 0 && h("details", { class: "more" }, h("summary", {}, `Evidence: ${pick.evidence.length} of ${pick.quality.n_results} results`), evidenceRows(pick.evidence)),
    pick.contributions.length > 0 && place(pick),
    h("div", { class: "next" }, h("h4", {}, "Next step"), command(pick.next_step)),
  );
}

/** A command with a button that copies it. */
export function command(text) {
  return h("div", { class: "command" }, h("pre", {}, h("code", {}, text)), copyButton("Copy", () => text, { "aria-label": `Copy the command ${text}` }));
}

/** An id with its organisation set back, breaking only where a reader would. */
export function modelName(id) {
  const [organisation, ...rest] = id.split("/");
  if (!rest.length) return id;
  return [h("span", { class: "organisation" }, `${organisation}/`), h("wbr"), rest.join("/")];
}

function variant(pick) {
  const { format, quantization, published } = pick.variant;
  const form = format === quantization ? format : `${format} ${quantization}`;
  return `${form}${published ? "" : ", to be made"} in ${pick.engine}`;
}

function quality(value) {
  const words = ranged(value.expected, value.low, value.high);
  const best = value.probability_best === null ? "" : `; ${percent(value.probability_best)} to be the best`;
  return [h("strong", {}, `${words.value} ${value.unit}`), h("span", { class: "range-words" }, `${words.low} to ${words.high}${best}`)];
}

function license(pick) {
  const { obligations } = pick.license;
  const title = obligations.length ? `${obligations.length} ${obligations.length === 1 ? "duty" : "duties"} and more` : "More on the license";
  return h("details", { class: "more" }, h("summary", {}, title), h("div", { class: "verdict-more" }, verdictDetails(pick.license, "h4", [])));
}

/** Smaller models to consider instead, and what they keep. */
function smaller(models) {
  const line = (model) => {
    const facts = [RELATIONS[model.relation], count(model.params_total), model.memory_gib !== null && `${gib(model.memory_gib)} GiB`];
    return h("li", {}, h("b", {}, modelName(model.model_id)), ` (${facts.filter(Boolean).join(", ")}): `, kept(model));
  };
  return h("details", { class: "more smaller" }, h("summary", {}, `Smaller: ${models.length} to consider instead`), h("ul", {}, models.map(line)));
}

function kept(model) {
  const words = model.kept && ranged(model.kept.value, model.kept.low, model.kept.high);
  const told = [
    words && `${words.value} (${words.low} to ${words.high}) ${model.kept.unit} ${model.kept.note}`,
    model.expected_quality !== null && `${model.expected_quality.toFixed(1)} expected`,
  ];
  return told.filter(Boolean).join("; ") || "no result in common";
}

/** What orders the pick, part by part. */
function place(pick) {
  const line = (value, part) => h("li", {}, h("span", { class: "amount" }, signed(value)), sentence(part));
  return h(
    "details",
    { class: "more place" },
    h("summary", {}, "What its place is made of"),
    h("ul", {}, pick.contributions.map(({ part, value }) => line(value, part)), h("li", {}, h("span", { class: "amount" }, signed(pick.utility)), h("b", {}, "In all"))),
    note("Standard deviations of ability among the models; the start is their average."),
  );
}

function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

/** The duties in one line, for the printed sheet alone. */
function owed(pick) {
  const duties = pick.license.obligations.map((duty) => duty.text);
  return duties.length > 0 && h("p", { class: "owed" }, h("b", {}, "Owed: "), duties.join(" "));
}

function pace(title, estimate, axis) {
  if (!estimate) return null;
  return row(title, estimateWords(estimate), axis && rangeBar(estimate, axis.least, axis.most), note(estimate.note));
}

function row(title, words, figure, ...below) {
  return h("div", { class: `row ${title.toLowerCase()}` }, h("dt", {}, title), h("dd", {}, h("div", { class: "words" }, words), figure, below.filter(Boolean)));
}

function note(text) {
  return text ? h("p", { class: "help" }, text) : null;
}
