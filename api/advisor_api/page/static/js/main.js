// Start: the description of the service, the tools, the address.

import { catalog, openapi } from "./api.js";
import { compareTool } from "./compare.js";
import { h, put } from "./dom.js";
import { keyDialog } from "./key.js";
import { licenseTool } from "./license.js";
import { recommendTool } from "./recommend.js";
import { place } from "./router.js";
import { fitSheet } from "./sheet.js";

const main = document.getElementById("main");

async function start() {
  keyDialog(document.getElementById("key-button"));
  document.querySelector("[data-skip]").addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
  fitSheet(document.querySelector("link[media=print]"));
  const description = await openapi();
  const tools = { recommend: recommendTool(description), compare: compareTool(description), license: licenseTool(description) };
  const show = () => {
    const { view, params } = place();
    const tool = tools[view];
    if (main.firstElementChild !== tool.element) put(main, tool.element);
    document.title = `${tool.title} · model-advisor`;
    for (const link of document.querySelectorAll(".top nav a")) {
      if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    tool.open(params);
  };
  window.addEventListener("hashchange", show);
  show();
  await tellCatalog();
}

async function tellCatalog() {
  const { date, rows, sources } = await catalog();
  const counted = (name) => rows[name].toLocaleString("en");
  document.getElementById("catalog-line").textContent = `Catalog of ${date}: ${counted("models")} models, ${counted("results")} results, ${sources.length} sources.`;
}

start().catch((error) => {
  if (main.querySelector(".tool")) throw error;
  put(main, h("div", { class: "alert", role: "alert" }, h("p", {}, error.message)));
});
