// The form of a spec: one sentence, and behind it every field that the service takes.

import { h } from "./dom.js";
import { showProblem } from "./errors.js";
import { fieldRow } from "./field.js";
import { GROUPS, HIDDEN } from "./layout.js";
import { flatten, isEmpty, nest } from "./spec.js";
import { plain } from "./words.js";

/**
 * The groups of fields of a form.
 * @param fields Map of path to field
 * @param groups which groups of GROUPS, by id
 */
export function fieldGroups(fields, groups) {
  const rows = new Map();
  const told = [];
  const changed = () => told.forEach((tell) => tell());
  const row = (path) => {
    const made = fieldRow(fields.get(path), changed);
    rows.set(path, made);
    return made.element;
  };
  const left = new Set([...fields.keys()].filter((path) => !HIDDEN.has(path)));
  const take = (paths) => paths.filter((path) => left.delete(path));
  const named = (prefix) => [...left].filter((path) => path.startsWith(prefix));
  const chosen = GROUPS.filter((group) => groups.includes(group.id));
  const planned = chosen.map((group) => {
    const own = take([...group.fields, ...(group.prefix ? named(group.prefix) : [])]);
    return { group, own, inner: group.inner ? take(named(group.inner.prefix).filter((path) => !isClaimed(path))) : [] };
  });
  for (const plan of planned) if (plan.group.rest) plan.own.push(...take([...left]));

  const elements = planned
    .filter((plan) => plan.own.length)
    .map(({ group, own, inner }) => {
      const said = h("span", { class: "said" });
      told.push(() => {
        said.textContent = summary([...own, ...inner], rows, fields);
      });
      const more = inner.length > 0 && h("details", { class: "inner" }, h("summary", {}, group.inner.title), h("div", { class: "fields" }, inner.map(row)));
      return h("details", { class: "group", "data-group": group.id }, h("summary", {}, h("span", {}, group.title), said), h("div", { class: "fields" }, own.map(row), more));
    });
  return { elements, rows, changed };
}

/** Read, fill and correct a form of rows by path. */
export function formState(rows, fields, changed, general) {
  return {
    read: () => nest(new Map([...rows].map(([path, row]) => [path, row.get()])), fields),
    write: (spec) => {
      const flat = flatten(spec);
      for (const [path, row] of rows) row.set(flat.get(path) ?? null);
      changed();
    },
    clear: () => {
      general.hidden = true;
      for (const row of rows.values()) row.clear();
    },
    fail: (problem, again, prefix = "") => showProblem(problem, rows, general, again, prefix),
  };
}

function isClaimed(path) {
  return GROUPS.some((group) => group.fields.includes(path));
}

/** What a closed group says of its fields: the values that are stated. */
function summary(paths, rows, fields) {
  const stated = paths.map((path) => [path, rows.get(path).get()]);
  return stated
    .filter(([path, value]) => !isEmpty(value) && JSON.stringify(value) !== JSON.stringify(fields.get(path).default))
    .map(([path, value]) => (typeof value === "boolean" ? `${rows.get(path).label}: ${value ? "yes" : "no"}` : shown(path, value, rows)))
    .join(", ");
}

function shown(path, value, rows) {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "number") return `${rows.get(path).label} ${value.toLocaleString("en")}`;
  return plain(String(value));
}
