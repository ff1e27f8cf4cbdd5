// The REST interface of this server. Every failure is a Problem with the fields that are wrong.

const STORED = "model-advisor-key";
let keyAsker = async () => null;

/** An answer that is not one: RFC 9457 problem details, or that the server cannot be reached. */
export class Problem extends Error {
  constructor(details) {
    super(details.detail || details.title);
    this.status = details.status ?? 0;
    this.title = details.title;
    this.errors = details.errors ?? [];
    this.suggestions = details.suggestions ?? [];
    this.requestId = details.request_id ?? null;
  }
}

/** Who asks for a key when the server demands one: a function that resolves to a key or null. */
export function askForKeyWith(asker) {
  keyAsker = asker;
}

/** The key of this tab, kept no longer than the tab. */
export function storedKey() {
  return sessionStorage.getItem(STORED);
}

/** Remember a key until the tab is closed; an empty one is forgotten. */
export function storeKey(key) {
  if (key) sessionStorage.setItem(STORED, key);
  else sessionStorage.removeItem(STORED);
}

export const recommend = (spec, signal) => call("POST", "/v1/recommendations?tradeoffs=true&contributions=true", spec, signal);
export const whatIf = (spec, signal) => call("POST", "/v1/recommendations?what_if=true", spec, signal);
export const compare = (body, signal) => call("POST", "/v1/comparisons", body, signal);
export const checkLicense = (body, signal) => call("POST", "/v1/license-checks", body, signal);
export const searchModels = (q, signal) => call("GET", `/v1/models?${query({ q, limit: 8 })}`, undefined, signal);
export const searchHardware = (q, signal) => call("GET", `/v1/hardware?${query({ q, limit: 8 })}`, undefined, signal);
export const licenses = once(() => call("GET", "/v1/licenses"));
export const catalog = once(() => call("GET", "/v1/catalog"));
export const openapi = once(() => call("GET", "/openapi.json"));

async function call(method, path, body, signal) {
  const answer = await send(method, path, body, signal);
  if (answer.status === 401) {
    const key = await keyAsker(Boolean(storedKey()));
    if (!key) throw new Problem(await answer.json());
    storeKey(key);
    return call(method, path, body, signal);
  }
  if (!answer.ok) throw new Problem(await detailsOf(answer));
  return answer.json();
}

async function send(method, path, body, signal) {
  const headers = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (storedKey()) headers.authorization = `Bearer ${storedKey()}`;
  try {
    return await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ title: "No answer", detail: "The server cannot be reached. Is it still running?" });
  }
}

async function detailsOf(answer) {
  try {
    return await answer.json();
  } catch {
    return { title: "Unexpected answer", status: answer.status, detail: `The server answered ${answer.status}.` };
  }
}

function query(values) {
  return new URLSearchParams(values).toString();
}

function once(load) {
  let loaded = null;
  return () => {
    loaded ??= load().catch((error) => {
      loaded = null;
      throw error;
    });
    return loaded;
  };
}
