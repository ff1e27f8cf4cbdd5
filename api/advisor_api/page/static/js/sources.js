// What an input can suggest, by the path of its field.

import { licenses, searchHardware, searchModels } from "./api.js";
import { count, gib, language } from "./words.js";

const CODES = (
  "ar bg bn ca cs da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy id is it ja ka kk kn ko lt lv mk ml mr ms " +
  "nl no pa pl pt ro ru sk sl sq sr sv sw ta te th tr uk ur vi zh"
).split(" ");
const SHOWN = 8;

/** Models of the catalog. */
export async function models(text, signal) {
  const found = (await searchModels(text, signal)).models;
  return found.map((model) => ({
    value: model.model_id,
    note: [model.params_total && count(model.params_total), model.license_tag].filter(Boolean).join(" · "),
  }));
}

/** The search behind a field, or null. */
export function sourceOf(path) {
  return SOURCES[path] ?? null;
}

async function devices(text, signal) {
  const [, times, name] = /^(\d+\s*x\s+)?(.*)$/i.exec(text);
  const found = (await searchHardware(name, signal)).hardware;
  return found.map((device) => ({
    value: (times ?? "") + device.name,
    note: device.memory_gib ? `${gib(device.memory_gib)} GiB` : device.kind,
  }));
}

async function licenseWords(text) {
  const known = (await licenses()).licenses;
  const kinds = [...new Set(known.map((license) => license.kind))].map((kind) => ({ value: kind, note: "kind" }));
  const ids = known.map((license) => ({ value: license.license_id, note: license.name }));
  return matching([...kinds, ...ids], text);
}

/** Licenses by id, and models. */
export async function licensesAndModels(text, signal) {
  const known = (await licenses()).licenses.map((license) => ({ value: license.license_id, note: license.name }));
  const found = await models(text, signal);
  return [...matching(known, text).slice(0, SHOWN - Math.min(4, found.length)), ...found].slice(0, SHOWN);
}

async function languages(text) {
  return matching(CODES.map((code) => ({ value: language(code), note: code })), text);
}

function matching(options, text) {
  const wanted = text.toLowerCase();
  const starts = (option) => Number(!option.value.toLowerCase().startsWith(wanted));
  return options
    .filter((option) => `${option.value} ${option.note}`.toLowerCase().includes(wanted))
    .sort((one, other) => starts(one) - starts(other))
    .slice(0, SHOWN);
}

const SOURCES = {
  hardware: devices,
  candidates: models,
  exclude: models,
  licenses_allow: licenseWords,
  licenses_deny: licenseWords,
  languages,
};
