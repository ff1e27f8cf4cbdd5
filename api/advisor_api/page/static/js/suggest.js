// A text input with suggestions: the combobox pattern of the ARIA Authoring Practices, list autocomplete.

import { freshId, h, put } from "./dom.js";

const PAUSE_MS = 150;

/**
 * Give an input suggestions.
 * @param input the input, already labelled
 * @param search async (text, signal) => [{ value, note }]
 * @param picked called with the value that was chosen
 * @returns the element to put in the input's place
 */
export function suggest(input, search, picked) {
  const list = h("ul", { class: "options", role: "listbox", id: freshId("options"), hidden: true });
  list.setAttribute("aria-label", "Suggestions");
  let found = [];
  let active = -1;
  let timer = 0;
  let running = null;

  const attributes = { role: "combobox", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list" };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  function close() {
    clearTimeout(timer);
    running?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function show(options) {
    found = options;
    active = -1;
    put(list, options.map((option, position) => row(option, position)));
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(options.length > 0));
  }

  function row(option, position) {
    return h(
      "li",
      { role: "option", id: `${list.id}-${position}`, "aria-selected": "false", onpointerdown: (event) => {
        event.preventDefault();
        choose(position);
      } },
      h("span", {}, option.value),
      option.note && h("small", {}, option.note),
    );
  }

  function move(step) {
    active = (active + step + found.length) % found.length;
    for (const [position, item] of [...list.children].entries()) {
      item.setAttribute("aria-selected", String(position === active));
    }
    list.children[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[active].id);
  }

  function choose(position) {
    const { value } = found[position];
    close();
    picked(value);
  }

  async function look() {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    try {
      const options = await search(input.value.trim(), signal);
      if (!signal.aborted && document.activeElement === input) show(options);
    } catch {
      close();
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim()) timer = setTimeout(look, PAUSE_MS);
    else close();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" && list.hidden && input.value.trim()) {
      event.preventDefault();
      look();
    } else if (list.hidden) {
      return;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : active < 0 ? 0 : -1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      event.stopImmediatePropagation();
      choose(active);
    }
  });
  return h("div", { class: "suggest" }, input, list);
}
