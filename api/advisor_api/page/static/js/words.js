// Numbers and verdicts as people say them; the same words as the command line.

export const VERDICTS = {
  allowed: { word: "Allowed", tone: "good", mark: "✓" },
  allowed_with_obligations: { word: "Allowed, with duties", tone: "good", mark: "✓" },
  unknown: { word: "Unknown", tone: "open", mark: "?" },
  needs_separate_license: { word: "Needs a separate license", tone: "bad", mark: "!" },
  prohibited: { word: "Prohibited", tone: "bad", mark: "✕" },
};

export const FITS = { fits: "fits", tight: "tight", split: "only split", no: "does not fit", unknown: "fit unknown" };

export const BASES = { measured: "measured", "looked-up": "published", estimated: "estimated" };

export const RELATIONS = { distillation: "distilled from it", pruning: "pruned from it", series: "same series" };

const SCALES = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]];

/** A count in three digits: 7.6B, 335M, 950. */
export function count(number) {
  if (number === null || number === undefined) return "?";
  const scale = SCALES.find(([size]) => number >= size * 0.9995);
  return scale ? short(number / scale[0]) + scale[1] : String(number);
}

/** The number behind "8B", "335 M", "1,000" or "10,5"; null where it is none, or its commas can be read in no one way. */
export function parseCount(text) {
  const match = /^([-+]?[\d.,]+)\s*([kmbt]?)$/i.exec(text.trim());
  const number = match ? Number(pointed(match[1])) : NaN;
  if (Number.isNaN(number)) return null;
  const scale = SCALES.find(([, letter]) => letter.toLowerCase() === match[2].toLowerCase());
  return Math.round(number * (scale ? scale[0] : 1) * 1e6) / 1e6;
}

/** A number with a point before its decimals and no commas: groups of three digits are thousands, any other single comma is that point. */
function pointed(text) {
  if (!text.includes(",") || /^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(text)) return text.replaceAll(",", "");
  return /^[-+]?\d+,\d+$/.test(text) ? text.replace(",", ".") : NaN;
}

/** A number in three digits, without exponent: 1,210; 24.0; 0.92. */
export function figure(number) {
  if (Math.abs(number) >= 99.95) return Math.round(number).toLocaleString("en");
  return Math.abs(number) >= 0.1 || number === 0 ? number.toFixed(Math.abs(number) >= 9.995 ? 1 : 2) : String(Number(number.toPrecision(2)));
}

/** Memory without its unit. */
export function gib(number) {
  if (number === null || number === undefined) return "?";
  return number.toFixed(number >= 99.5 ? 0 : number >= 0.095 ? 1 : 2);
}

/** A share of 0 to 1; never a 0 or 100 that is not exact. Halves go to the even number, as the service rounds. */
export function percent(share) {
  if (share > 0 && share < 0.01) return "<1%";
  if (share > 0.99 && share < 1) return ">99%";
  const whole = Math.round(share * 100);
  return `${share * 100 === whole - 0.5 && whole % 2 ? whole - 1 : whole}%`;
}

/** "90.8 (52.5 to 100.0)", all with the same number of decimals. */
export function ranged(value, low, high) {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const digits = largest >= 10 || largest === 0 ? 1 : largest >= 1 ? 2 : 3;
  return { value: value.toFixed(digits), low: low.toFixed(digits), high: high.toFixed(digits) };
}

/** "4.03B parameters (1B active)". */
export function params(total, active) {
  const text = total ? `${count(total)} parameters` : "size unknown";
  return active && active !== total ? `${text} (${count(active)} active)` : text;
}

/** "July 2026" of an ISO date. */
export function month(date) {
  if (!date) return null;
  return new Date(date).toLocaleDateString("en", { month: "long", year: "numeric", timeZone: "UTC" });
}

/** A name of a field or value without its underscores and hyphens. */
export function plain(name) {
  return name.replaceAll("_", " ").replaceAll("-", " ");
}

/** The same with a capital at its start. */
export function sentence(text) {
  return text[0].toUpperCase() + text.slice(1);
}

/** The English name of a language code; the code itself where the browser knows none. */
export function language(code) {
  try {
    return LANGUAGES.of(code) ?? code;
  } catch {
    return code;
  }
}

/** "3 models", "1 model". */
export function many(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language" });

function short(number) {
  const digits = Math.abs(number) >= 99.95 ? 0 : Math.abs(number) >= 9.995 ? 1 : 2;
  return String(Number(number.toFixed(digits)));
}
