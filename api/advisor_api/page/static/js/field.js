// A labelled control with its help and its error.

import { controlOf } from "./controls.js";
import { freshId, h, put } from "./dom.js";
import { NAMES } from "./layout.js";
import { plain, sentence } from "./words.js";
import { lineOfError } from "./wrong.js";

/**
 * A field of a form.
 * @returns { element, path, get(), set(value), fail(problem, suggestions, take), clear(), focus() }
 */
export function fieldRow(field, changed) {
  const name = nameOf(field);
  const id = freshId("field");
  const control = controlOf(field, name, id, changed);
  const help = h("p", { class: "help", id: `${id}-help` }, field.description.replaceAll("`", ""));
  const error = h("div", { class: "error", id: `${id}-error`, hidden: true });
  control.input.setAttribute("aria-describedby", help.id);
  const element = control.group
    ? h("fieldset", { class: "field" }, h("legend", {}, name.label), control.element, help, error)
    : h("div", { class: control.beside ? "field beside" : "field" }, h("label", { for: id }, name.label), control.element, help, error);
  return {
    element,
    path: field.path,
    label: name.label,
    get: control.get,
    set: control.set,
    focus: () => control.input.focus(),
    fail: (problem, suggestions, take) => {
      const close = suggestions.map((value) => h("button", { type: "button", class: "chip", onclick: () => take(value) }, value));
      put(error, h("p", {}, close.length ? `${problem.message}; did you mean` : lineOfError(problem, { type: field.type, example: name.example })), close.length > 0 && h("p", {}, close));
      error.hidden = false;
      control.input.setAttribute("aria-invalid", "true");
      control.input.setAttribute("aria-describedby", `${error.id} ${help.id}`);
    },
    clear: () => {
      error.hidden = true;
      control.input.removeAttribute("aria-invalid");
      control.input.setAttribute("aria-describedby", help.id);
    },
  };
}

function nameOf(field) {
  return { label: sentence(plain(field.path.split(".").at(-1))), ...NAMES[field.path] };
}
