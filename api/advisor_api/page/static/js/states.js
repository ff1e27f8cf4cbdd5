// What stands where an answer will be: examples before anything is asked, a shape of the answer while it is looked for.

import { h } from "./dom.js";
import { address } from "./router.js";

/**
 * Examples that ask with one click.
 * @param view the tool that they open
 * @param items [{ title, text, params }], params by name, several values as a list
 */
export function examples(view, items) {
  const link = ({ title, text, params }) => {
    const pairs = Object.entries(params).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
    return h("li", {}, h("a", { href: address(view, new URLSearchParams(pairs)) }, h("b", {}, title), h("span", {}, text)));
  };
  return h("section", { class: "examples", "aria-label": "Examples" }, h("h2", {}, "For example"), h("ul", {}, items.map(link)));
}

/** Blocks in the place of what is to come. */
export function waiting(blocks) {
  return h("div", { class: "waiting" }, Array.from({ length: blocks }, () => h("i")));
}
