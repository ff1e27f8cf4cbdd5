// Buttons that copy.

import { announce, h } from "./dom.js";

const SHOWN_MS = 1600;

/** A button that copies what `text()` gives. */
export function copyButton(label, text, attributes = {}) {
  const button = h("button", { type: "button", class: "quiet", ...attributes }, label);
  button.addEventListener("click", async () => {
    const done = await toClipboard(text());
    announce(done ? "Copied" : "The browser does not let the page copy");
    button.textContent = done ? "Copied" : "Not allowed";
    setTimeout(() => {
      button.textContent = label;
    }, SHOWN_MS);
  });
  return button;
}

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromField(text);
  }
}

/** For pages over plain HTTP, where browsers have no clipboard for scripts. */
function copyFromField(text) {
  const field = h("textarea", { class: "unseen", "aria-hidden": "true" });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
