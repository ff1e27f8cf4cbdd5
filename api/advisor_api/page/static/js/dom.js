// Elements from code. Text is always a text node, so nothing that a server says can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. Attributes that start with "on" are listeners; false, null and undefined are left out. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Replace what an element holds. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(present));
  return element;
}

/** An id that no other element has. */
export function freshId(prefix) {
  fresh += 1;
  return `${prefix}-${fresh}`;
}

/** Tell it to those who cannot see the page change. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

let fresh = 0;

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== "" && !present(value)) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "vars") for (const [key, size] of Object.entries(value)) element.style.setProperty(key, size);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter(present));
  return element;
}

function present(value) {
  return value !== null && value !== undefined && value !== false && value !== "";
}
