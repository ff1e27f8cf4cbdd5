// What would bring a better first pick: each limit lifted alone, computed when it is asked for.

import { whatIf } from "./api.js";
import { modelName } from "./card.js";
import { announce, h, put } from "./dom.js";
import { label, relaxed } from "./near.js";
import { figure, many, sentence } from "./words.js";

/**
 * A section with a button that asks what each limit costs.
 * @param spec what was asked
 * @param tools { ask(spec), signal }
 */
export function changes(spec, tools) {
  const box = h("div", { class: "changes-box", "aria-live": "polite" });
  const button = h("button", { type: "button", onclick: look }, "See what each limit costs");

  async function look() {
    button.disabled = true;
    put(box, h("p", { class: "help" }, "Ranking again without each limit…"));
    try {
      const { what_would_change: found } = await whatIf(spec, tools.signal);
      put(box, found.length ? h("ul", {}, found.map((change) => row(change, spec, tools.ask))) : h("p", {}, "No limit, lifted alone, brings a better first pick."));
      announce(`${many(found.length, "change")} found`);
      button.hidden = true;
    } catch (error) {
      if (error.name === "AbortError") return;
      put(box, h("p", { class: "error" }, error.message));
      button.disabled = false;
    }
  }

  return h(
    "section",
    { class: "changes", "aria-labelledby": "changes-title" },
    h("header", {}, h("div", {}, h("h2", { id: "changes-title" }, "What would change the answer"), h("p", { class: "lead" }, "Each limit lifted alone, all others kept.")), button),
    box,
  );
}

function row(change, spec, ask) {
  const free = relaxed(spec, [change.constraint]);
  const instead = change.first_quality === null ? "" : ` instead of ${figure(change.first_quality)}`;
  return h(
    "li",
    { class: "near-group" },
    h(
      "header",
      {},
      h("div", {}, h("h3", {}, sentence(label(change.constraint))), h("p", { class: "help" }, `Needed: ${change.needed}`)),
      free && h("button", { type: "button", onclick: () => ask(free) }, "Ask again without this limit", h("span", { class: "unseen" }, `: ${label(change.constraint)}`)),
    ),
    h("p", {}, "First would come ", h("b", {}, modelName(change.model_id)), `: ${figure(change.expected_quality)} expected${instead}; ${many(change.n_more, "more model")} would pass.`),
    h("p", { class: "help" }, `It has: ${change.has}`),
  );
}
