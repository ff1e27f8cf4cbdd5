// The API key, where the server demands one.

import { askForKeyWith, storeKey, storedKey } from "./api.js";
import { h } from "./dom.js";

/** Ask for a key in a dialog when the server does, and from a button. */
export function keyDialog(button) {
  const input = h("input", { type: "password", id: "key", autocomplete: "off", spellcheck: "false" });
  const why = h("p", { id: "key-why" });
  input.setAttribute("aria-describedby", why.id);
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: "key-title" }, "API key"),
    why,
    h("label", { for: "key" }, "Key"),
    input,
    h("p", { class: "help" }, "Kept in this tab only and gone when it is closed."),
    h("p", { class: "actions" }, h("button", { class: "main", value: "ok" }, "Use this key"), h("button", { class: "quiet", value: "" }, "Cancel")),
  );
  const dialog = h("dialog", { "aria-labelledby": "key-title" }, form);
  document.body.append(dialog);

  let asked = null;
  function ask(wrong) {
    button.hidden = false;
    asked ??= new Promise((resolve) => {
      why.textContent = wrong ? "The server does not know the key that was sent." : "This server answers only with a key.";
      input.value = "";
      dialog.returnValue = "";
      dialog.showModal();
      dialog.addEventListener("close", () => {
        asked = null;
        resolve(dialog.returnValue === "ok" ? input.value.trim() : null);
      }, { once: true });
    });
    return asked;
  }

  askForKeyWith(ask);
  button.hidden = !storedKey();
  button.addEventListener("click", async () => {
    const key = await ask(false);
    if (key !== null) storeKey(key);
  });
}
