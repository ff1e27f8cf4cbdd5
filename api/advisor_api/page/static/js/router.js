// The fragment of the address says which tool is open and what is asked: "#recommend?task=retrieval&languages=de".
// A fragment never leaves the browser.

const VIEWS = ["recommend", "compare", "license"];

/** The tool and its parameters. */
export function place() {
  const [name, ...rest] = location.hash.slice(1).split("?");
  return { view: VIEWS.includes(name) ? name : VIEWS[0], params: new URLSearchParams(rest.join("?")) };
}

/** Go to a tool; the back button leads back. */
export function go(view, params) {
  const hash = address(view, params);
  if (location.hash === hash) window.dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = hash;
}

/** The fragment of a tool with its parameters. */
export function address(view, params) {
  const text = params.toString();
  return `#${view}${text ? `?${text}` : ""}`;
}
