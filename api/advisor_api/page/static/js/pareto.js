// Quality against memory or speed: what a smaller or faster model costs in quality.

import { recommend } from "./api.js";
import { h, put } from "./dom.js";
import { scatter } from "./scatter.js";
import { figure, gib, ranged } from "./words.js";

const MOST = 100;
const AXES = {
  memory: { title: "Memory, GiB", value: (pick) => pick.memory.total_gib, words: gib, least: true },
  speed: { title: "Speed", value: (pick) => pick.speed?.value, words: figure, least: false },
};

/**
 * The section with the plot; it asks the service for the figures of the models beside the picks.
 * @param answer a Recommendation
 * @param spec what was asked
 */
export function pareto(answer, spec, signal) {
  if (!answer.picks.length || answer.pareto.length < 2) return null;
  const box = h("div", { class: "plot-box", "aria-busy": "true" }, h("p", { class: "help" }, "Loading the models beside the picks…"));
  const section = h(
    "section",
    { class: "pareto", "aria-labelledby": "pareto-title" },
    h("h2", { id: "pareto-title" }, "Quality against size"),
    h("p", { class: "lead" }, "Models on the line are beaten by no other in both. Numbers mark the picks."),
    box,
  );
  load(answer, spec, signal).then((models) => draw(box, models, answer), () => section.remove());
  return section;
}

/** The best models that pass, and those of the frontier that are further down. */
async function load(answer, spec, signal) {
  const best = await recommend({ ...spec, top_k: MOST }, signal);
  const known = new Set(best.picks.map((pick) => pick.model_id));
  const missing = answer.pareto.filter((id) => !known.has(id));
  if (!missing.length) return best.picks;
  const rest = await recommend({ ...spec, candidates: missing, top_k: MOST }, signal);
  return [...best.picks, ...rest.picks];
}

function draw(box, models, answer) {
  const ranks = new Map(answer.picks.map((pick) => [pick.model_id, pick.rank]));
  const choices = Object.entries(AXES).filter(([, axis]) => models.filter((model) => axis.value(model) > 0).length > 1);
  const plot = h("div", { class: "plot" });
  const table = h("details", { class: "more" });
  const show = (name) => {
    const axis = AXES[name];
    const points = models.filter((model) => axis.value(model) > 0).map((model) => pointOf(model, axis, ranks));
    markFrontier(points, axis.least);
    const speedUnit = name === "speed" ? `, ${models.find((model) => model.speed).speed.unit}` : "";
    scatter(plot, points, { x: axis.title + speedUnit, y: `Expected quality, ${answer.picks[0].quality.unit}`, words: axis.words });
    put(table, h("summary", {}, "The same as a table"), tableOf(points, axis, axis.title + speedUnit));
  };
  put(box, choices.length > 1 && switcher(choices.map(([name]) => name), show), plot, table);
  box.removeAttribute("aria-busy");
  show(choices[0][0]);
}

function pointOf(model, axis, ranks) {
  return { id: model.model_id, name: model.name, x: axis.value(model), y: model.quality.expected, quality: model.quality, rank: ranks.get(model.model_id) ?? null };
}

/** Mark the points that no other beats in both. */
function markFrontier(points, least) {
  let best = -Infinity;
  const order = [...points].sort((one, other) => (least ? one.x - other.x : other.x - one.x) || other.y - one.y);
  for (const point of order) {
    point.frontier = point.y > best;
    best = Math.max(best, point.y);
  }
}

function switcher(names, show) {
  const radios = names.map((name, position) => {
    const radio = h("input", { type: "radio", name: "pareto-axis", id: `axis-${name}`, value: name, onchange: () => show(name) });
    radio.checked = position === 0;
    return [radio, h("label", { for: radio.id }, `against ${name}`)];
  });
  return h("fieldset", { class: "axis" }, h("legend", { class: "unseen" }, "Quality against"), h("span", { class: "segments" }, radios));
}

function tableOf(points, axis, title) {
  const shown = points.filter((point) => point.frontier || point.rank).sort((one, other) => other.y - one.y);
  const rows = shown.map((point) => {
    const words = ranged(point.quality.expected, point.quality.low, point.quality.high);
    return h("tr", {}, h("th", { scope: "row" }, point.id, point.rank && h("small", {}, ` pick ${point.rank}`)), h("td", {}, `${words.value} (${words.low} to ${words.high})`), h("td", {}, axis.words(point.x)));
  });
  const head = ["Model", "Expected quality", title].map((name) => h("th", { scope: "col" }, name));
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Models on the line and picks" }, h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)));
}
