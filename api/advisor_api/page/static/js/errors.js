// Problem details where they belong: at the fields that are wrong, the rest above the form.

import { announce, h, put } from "./dom.js";
import { many } from "./words.js";
import { lineOfError } from "./wrong.js";

/**
 * Show a problem in a form and move to the first field that is wrong.
 * @param problem a Problem of api.js
 * @param rows Map of path to row
 * @param general element for what belongs to no field
 * @param again called after a suggestion was taken
 * @param prefix of the paths in the problem, "requirements."
 */
export function showProblem(problem, rows, general, again, prefix = "") {
  const elsewhere = [];
  const wrong = new Set();
  for (const error of problem.errors) {
    const row = rowOf(error.field.startsWith(prefix) ? error.field.slice(prefix.length) : error.field, rows);
    if (row === null) {
      elsewhere.push(error);
      continue;
    }
    row.fail(error, error.suggestions ?? [], (value) => {
      row.set(Array.isArray(row.get()) ? [value] : value);
      again();
    });
    for (let box = row.element.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    wrong.add(row);
  }
  const said = problem.errors.length ? elsewhere.map(lineOf) : [problem.message];
  put(general, said.map((line) => h("p", {}, line)), !problem.errors.length && h("button", { type: "button", onclick: again }, "Try again"), problem.status >= 500 && problem.requestId && h("p", { class: "help" }, `Request ${problem.requestId}`));
  if (wrong.size) {
    const links = [...wrong].map((row) => h("button", { type: "button", class: "chip", onclick: () => row.focus() }, row.label));
    general.prepend(h("p", {}, h("b", {}, `${many(wrong.size, "field")} ${wrong.size === 1 ? "needs" : "need"} another value: `), links));
  }
  general.hidden = said.length === 0 && wrong.size === 0;
  announce(problem.errors.length ? `Not answered: ${problem.errors.map(lineOf).join("; ")}` : `Not answered: ${problem.message}`);
  const [first] = wrong;
  if (first) first.focus();
  else if (said.length) general.focus();
}

function lineOf(error) {
  const field = error.field === "(document)" ? "" : `${error.field}: `;
  return field + lineOfError(error);
}

/** The row of a path, or of the field that holds it: "languages.0" is told at "languages". */
function rowOf(path, rows) {
  for (let place = path; place; place = place.slice(0, Math.max(0, place.lastIndexOf(".")))) {
    if (rows.has(place)) return rows.get(place);
  }
  return null;
}
