// The benchmark rows behind a pick; each opens to the source that its score was taken from.

import { catalog } from "./api.js";
import { h, put } from "./dom.js";
import { figure, language, many, percent } from "./words.js";

/** Rows of evidence. */
export function evidenceRows(rows) {
  return h("ul", { class: "evidence" }, rows.map(evidenceRow));
}

function evidenceRow(row) {
  const more = h("div", { class: "source" });
  const details = h(
    "details",
    {},
    h(
      "summary",
      {},
      h("span", { class: "bench" }, row.benchmark, row.config && h("small", {}, ` ${row.config}`)),
      h("span", { class: "score" }, figure(row.score), row.higher_is_better ? "" : h("small", {}, " lower is better")),
      h("span", { class: "beats" }, row.percentile < 1 ? `better than ${percent(row.percentile)}` : "best"),
      h("span", { class: "alike" }, alike(row.similarity)),
    ),
    more,
  );
  details.addEventListener("toggle", () => {
    if (details.open && !more.hasChildNodes()) open(more, row);
  });
  return h("li", {}, details);
}

function alike(similarity) {
  const words = `${percent(similarity)} alike`;
  return [h("i", { class: "meter", "aria-hidden": "true", vars: { "--size": `${similarity * 100}%` } }), words];
}

async function open(box, row) {
  put(box, facts(row, null));
  try {
    const { sources } = await catalog();
    put(box, facts(row, sources.find((source) => [source.source_id, source.title].includes(row.source)) ?? null));
  } catch {
    box.append(h("p", { class: "help" }, "The source's details cannot be loaded now."));
  }
}

function facts(row, source) {
  const pairs = [
    ["Score", `${figure(row.score)}, ${row.unit}; no worse than ${percent(row.percentile)} of ${many(row.n_models, "model")}`],
    ["Languages", row.languages.map(language).join(", ")],
    ["Measured by", row.measured_by],
    ["Date", row.date],
    ["Source", source?.title ?? row.source],
    ["Kept at", source?.repository && [source.repository, source.revision && h("small", {}, ` ${source.revision.slice(0, 40)}`)]],
    ["Copied", source?.as_of],
    ["Data license", source?.data_license],
  ];
  return h("dl", {}, pairs.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}
