// A list of words: type one and press Enter, each can be taken out again.

import { announce, h, put } from "./dom.js";
import { suggest } from "./suggest.js";

/**
 * An input for several words.
 * @param input the text input, already labelled
 * @param search suggestions, or null
 * @param changed called after every change
 */
export function chips(input, search, changed) {
  const words = [];
  const list = h("ul", { class: "chips" });
  const entry = search ? suggest(input, search, add) : input;
  const element = h("div", { class: "chip-box" }, list, entry);

  function draw() {
    put(list, words.map((word, position) => h("li", {}, word, remover(word, position))));
    list.hidden = words.length === 0;
  }

  function remover(word, position) {
    return h("button", { type: "button", "aria-label": `Remove ${word}`, onclick: () => remove(position) }, "×");
  }

  function add(text) {
    for (const word of text.split(",").map((part) => part.trim())) {
      if (word && !words.includes(word)) words.push(word);
    }
    input.value = "";
    draw();
    changed();
  }

  function remove(position) {
    const [gone] = words.splice(position, 1);
    draw();
    announce(`${gone} removed`);
    input.focus();
    changed();
  }

  input.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === ",") && input.value.trim()) {
      event.preventDefault();
      add(input.value);
    } else if (event.key === "Backspace" && !input.value && words.length) {
      remove(words.length - 1);
    }
  });
  input.addEventListener("change", () => add(input.value));
  draw();
  return {
    element,
    get: () => [...words, ...(input.value.trim() ? [input.value.trim()] : [])],
    set: (value) => {
      words.splice(0, words.length, ...(value ?? []).map(String));
      input.value = "";
      draw();
    },
  };
}
