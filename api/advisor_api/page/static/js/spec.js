// A spec as nested JSON, as flat values by dotted path, and as the fragment of an address.

import { parseCount } from "./words.js";

/** Flat values by dotted path; lists stay lists. */
export function flatten(spec, prefix = "") {
  const flat = new Map();
  for (const [key, value] of Object.entries(spec)) {
    const nested = value !== null && typeof value === "object" && !Array.isArray(value);
    if (nested) for (const [path, inner] of flatten(value, `${prefix}${key}.`)) flat.set(path, inner);
    else flat.set(prefix + key, value);
  }
  return flat;
}

/** Nested JSON from flat values; what is empty or the default of its field is left out. */
export function nest(flat, fields) {
  const spec = {};
  for (const [path, value] of flat) {
    if (isEmpty(value) || same(value, fields.get(path)?.default)) continue;
    const keys = path.split(".");
    const last = keys.pop();
    let place = spec;
    for (const key of keys) place = typeof place[key] === "object" ? place[key] : (place[key] = {});
    place[last] = value;
  }
  return spec;
}

/** The spec as parameters that people can read in an address. */
export function toParams(spec) {
  const params = new URLSearchParams();
  for (const [path, value] of flatten(spec)) {
    for (const item of Array.isArray(value) ? value : [value]) params.append(path, String(item));
  }
  return params;
}

/** The spec that an address holds. A field that is not known is kept, so that the service can name it. */
export function fromParams(params, fields) {
  const flat = new Map();
  for (const path of new Set(params.keys())) {
    const type = fields.get(path)?.type ?? "text";
    const texts = params.getAll(path);
    flat.set(path, type === "list" || type === "texts" ? texts : read(texts.at(-1), type));
  }
  return nest(flat, fields);
}

/** Whether a field has no value. */
export function isEmpty(value) {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function read(text, type) {
  if (type === "flag" || type === "choice3") return text === "true" ? true : text === "false" ? false : text;
  if (type === "integer" || type === "number") return text !== "" && Number.isFinite(Number(text)) ? Number(text) : (parseCount(text) ?? text);
  return text;
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
