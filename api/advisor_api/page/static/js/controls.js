// One control for each type of field. A control: { element, input, get(), set(value) }.

import { h } from "./dom.js";
import { chips } from "./chips.js";
import { sourceOf } from "./sources.js";
import { suggest } from "./suggest.js";
import { count, parseCount, plain } from "./words.js";

/** The control of a field. `name` holds its label, unit and example; `id` goes to the element that the label is for. */
export function controlOf(field, name, id, changed) {
  return (MAKERS[field.type] ?? text)(field, name, id, changed);
}

function text(field, name, id, changed) {
  const input = h("input", { type: "text", id, name: field.path, placeholder: name.example, oninput: changed });
  const search = sourceOf(field.path);
  const take = (value) => {
    input.value = value;
    changed();
  };
  return {
    element: search ? suggest(input, search, take) : input,
    input,
    get: () => input.value.trim(),
    set: (value) => {
      input.value = value ?? "";
    },
  };
}

function number(field, name, id, changed) {
  const input = h("input", {
    type: "text", inputmode: "decimal", id, name: field.path, placeholder: name.example, oninput: changed,
  });
  const shown = (value) => (typeof value === "number" && value >= 1e6 ? count(value) : String(value));
  let exact = null;
  return {
    element: name.unit ? h("div", { class: "with-unit" }, input, h("span", { class: "unit" }, name.unit)) : input,
    input,
    // What is no number is sent as it is: the service says what would be right.
    get: () => {
      const written = input.value.trim();
      if (exact !== null && written === shown(exact)) return exact;
      return written === "" ? null : (parseCount(written) ?? written);
    },
    set: (value) => {
      exact = value ?? null;
      input.value = exact === null ? "" : shown(exact);
    },
  };
}

function longtext(field, name, id, changed) {
  const input = h("textarea", { id, name: field.path, rows: 3, placeholder: name.example, oninput: changed });
  return {
    element: input,
    input,
    get: () => input.value.trim(),
    set: (value) => {
      input.value = value ?? "";
    },
  };
}

function texts(field, name, id, changed) {
  const control = longtext(field, name, id, changed);
  return {
    ...control,
    get: () => control.input.value.split("\n").map((line) => line.trim()).filter(Boolean),
    set: (value) => control.set((value ?? []).join("\n")),
  };
}

function list(field, name, id, changed) {
  const input = h("input", { type: "text", id, name: field.path, placeholder: name.example, enterkeyhint: "done" });
  input.addEventListener("input", changed);
  return { ...chips(input, sourceOf(field.path), changed), input };
}

function choice(field, name, id, changed) {
  // A default that has words of its own is what holds as long as nothing is chosen.
  const unchosen = name.open ? field.default : null;
  const isOpen = field.default === unchosen;
  const open = h("option", { value: "" }, name.open ?? "not stated");
  const options = field.options.filter((option) => option !== unchosen).map((option) => h("option", { value: option }, plain(option)));
  const input = h("select", { id, name: field.path, onchange: changed }, isOpen && open, options);
  return {
    element: input,
    input,
    get: () => input.value || null,
    set: (value) => {
      const wanted = (value === unchosen ? null : value) ?? (isOpen ? "" : field.default);
      // A value that the service does not know is shown and sent, so that it can be told.
      if (![...input.options].some((option) => option.value === wanted)) input.append(h("option", { value: wanted }, wanted));
      input.value = wanted;
    },
  };
}

function choice3(field, name, id, changed) {
  const radios = [["", "open"], ["true", "yes"], ["false", "no"]].map(([value, word], position) => {
    const radio = h("input", { type: "radio", name: field.path, value, id: position ? `${id}-${word}` : id, onchange: changed });
    return [radio, h("label", { for: radio.id }, word)];
  });
  const inputs = radios.map(([radio]) => radio);
  inputs[0].checked = true;
  return {
    element: h("span", { class: "segments" }, radios),
    input: inputs[0],
    group: true,
    get: () => {
      const value = inputs.find((radio) => radio.checked).value;
      return value === "" ? null : value === "true";
    },
    set: (value) => {
      const wanted = value === true ? "true" : value === false ? "false" : "";
      for (const radio of inputs) radio.checked = radio.value === wanted;
    },
  };
}

function flag(field, name, id, changed) {
  const input = h("input", { type: "checkbox", id, name: field.path, onchange: changed });
  input.checked = field.default === true;
  return {
    element: input,
    input,
    beside: true,
    get: () => input.checked,
    set: (value) => {
      input.checked = value ?? field.default === true;
    },
  };
}

function day(field, name, id, changed) {
  const input = h("input", { type: "date", id, name: field.path, onchange: changed });
  return {
    element: input,
    input,
    get: () => input.value || null,
    set: (value) => {
      input.value = value ?? "";
    },
  };
}

const WEIGHTS = { max: 3, step: 0.5 };

function weight(field, name, id, changed) {
  const shown = h("output", { for: id });
  const input = h("input", { type: "range", id, name: field.path, min: 0, ...WEIGHTS, oninput: () => {
    shown.textContent = input.value;
    changed();
  } });
  const set = (value) => {
    const wanted = value ?? field.default ?? 0;
    input.max = String(Math.max(WEIGHTS.max, wanted));
    input.value = wanted;
    shown.textContent = input.value;
  };
  set(null);
  return { element: h("span", { class: "weight" }, input, shown), input, get: () => Number(input.value), set };
}

const MAKERS = {
  text, longtext, texts, list, flag, choice3,
  enum: choice,
  date: day,
  integer: number,
  number: (field, ...rest) => (field.path.startsWith("priorities.") ? weight : number)(field, ...rest),
};
