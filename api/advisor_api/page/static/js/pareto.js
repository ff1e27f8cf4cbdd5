// Quality against memory or speed: what a smaller or faster model costs in quality.

import { h, put } from "./dom.js";
import { scatter } from "./scatter.js";
import { figure, gib } from "./words.js";

const AXES = {
  memory: { title: "Memory, GiB", value: (model) => model.memory_gib, words: gib, least: true },
  speed: { title: "Speed", value: (model) => model.speed, words: figure, least: false },
};

/**
 * The section with the plot.
 * @param answer a Recommendation with its tradeoffs
 */
export function pareto(answer) {
  const models = answer.tradeoffs;
  if (!answer.picks.length || answer.pareto.length < 2) return null;
  const ranks = new Map(answer.picks.map((pick) => [pick.model_id, pick.rank]));
  const { unit } = answer.picks[0].quality;
  const pace = answer.picks.find((pick) => pick.speed)?.speed.unit;
  const choices = Object.keys(AXES).filter((name) => models.filter((model) => AXES[name].value(model) > 0).length > 1);
  const plot = h("div", { class: "plot" });
  const table = h("details", { class: "more" });
  const show = (name) => {
    const axis = AXES[name];
    const title = name === "speed" && pace ? `${axis.title}, ${pace}` : axis.title;
    const points = models.map((model, order) => pointOf(model, order, axis, ranks)).filter((point) => point.x > 0);
    markFrontier(points, axis.least);
    const falls = points[0].y < points.at(-1).y;
    const quality = `Expected quality, ${unit}${falls ? ", lower is better" : ""}`;
    scatter(plot, points, { x: title, y: quality, words: axis.words, least: axis.least, falls });
    put(table, h("summary", {}, "The same as a table"), tableOf(points, axis, title, unit));
  };
  const section = h(
    "section",
    { class: "pareto", "aria-labelledby": "pareto-title" },
    h("h2", { id: "pareto-title" }, "Quality against size"),
    h("p", { class: "lead" }, "Models on the line are beaten by no other in both. Numbers mark the picks."),
    h("div", { class: "plot-box" }, choices.length > 1 && switcher(choices, show), plot, table),
  );
  show(choices[0]);
  return section;
}

function pointOf(model, order, axis, ranks) {
  const id = model.model_id;
  return { id, name: id.split("/").at(-1), order, x: axis.value(model), y: model.expected_quality, rank: ranks.get(id) ?? null };
}

/** Mark the points that no other beats in both. They come best first, whether high or low scores are good. */
function markFrontier(points, least) {
  let best = Infinity;
  const order = [...points].sort((one, other) => (least ? one.x - other.x : other.x - one.x) || one.order - other.order);
  for (const point of order) {
    point.frontier = point.order < best;
    best = Math.min(best, point.order);
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

function tableOf(points, axis, title, unit) {
  const shown = points.filter((point) => point.frontier || point.rank);
  const rows = shown.map((point) => h("tr", {}, h("th", { scope: "row" }, point.id, point.rank && h("small", {}, ` pick ${point.rank}`)), h("td", {}, figure(point.y)), h("td", {}, axis.words(point.x))));
  const head = ["Model", `Expected quality, ${unit}`, title].map((name) => h("th", { scope: "col" }, name));
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Models on the line and picks" }, h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)));
}
