// Which fields stand together, in which order and under which names. A field that is not named here is shown under
// "More", so nothing that the service can be asked is out of reach.

import { plain, sentence } from "./words.js";

export const GROUPS = [
  { id: "task", title: "Task and text", fields: ["task", "languages", "domains", "name"] },
  {
    id: "machine",
    title: "Machine and load",
    fields: ["hardware", "context_tokens", "concurrency"],
    inner: { title: "Describe the device instead", prefix: "hardware." },
  },
  {
    id: "use",
    title: "Use and license",
    fields: [
      "use.commercial", "use.distribution", "use.territory", "use.closed_source_product", "use.monthly_active_users",
      "licenses_allow", "licenses_deny",
    ],
    inner: { title: "More facts that some licenses ask about", prefix: "use." },
  },
  {
    id: "limits",
    title: "Limits",
    fields: [
      "max_memory_gib", "max_disk_gib", "max_params", "max_latency_ms", "min_tokens_per_s", "min_items_per_s",
      "max_usd_per_month", "max_joules_per_item",
    ],
  },
  { id: "data", title: "Your data", fields: [], prefix: "data." },
  {
    id: "models",
    title: "Which models",
    fields: ["candidates", "exclude", "released_after", "top_k"],
  },
  {
    id: "policy",
    title: "Policy",
    fields: ["open_weights_only", "safe_formats_only", "allow_remote_code", "allow_uncensored", "contamination"],
  },
  { id: "team", title: "Team and priorities", fields: ["expertise"], prefix: "priorities." },
  { id: "more", title: "More", fields: [], rest: true },
];

/** Label, unit and example by path; where there is none, the name of the field in words. */
export const NAMES = {
  description: { label: "What you need", example: "Search our German legal contracts, on one RTX 4090, for business" },
  task: { label: "Task", open: "read it from the text" },
  languages: { label: "Languages", example: "German" },
  domains: { label: "Domains", example: "legal" },
  name: { label: "Project name" },
  hardware: { label: "Device", example: "RTX 4090" },
  context_tokens: { label: "Context of a request", unit: "tokens", example: "8192" },
  concurrency: { label: "Requests at once", example: "1" },
  "use.commercial": { label: "For business" },
  "use.distribution": { label: "How it reaches people" },
  "use.territory": { label: "Place of business", example: "DE" },
  "use.closed_source_product": { label: "Closed-source product" },
  "use.monthly_active_users": { label: "Monthly active users", example: "20k" },
  "use.mau_at_release": { label: "Monthly users at the model's release", example: "20k" },
  "use.mau_at_release_scope": { label: "Whose users those are" },
  "use.annual_revenue_usd": { label: "Yearly revenue", unit: "USD", example: "2M" },
  "use.funding_raised_usd": { label: "Funding raised", unit: "USD", example: "5M" },
  "use.modifies_weights": { label: "Changes the weights" },
  "use.trains_other_models_on_outputs": { label: "Trains other models on outputs" },
  "use.output_target": { label: "What is trained on outputs" },
  "use.hosting_resale": { label: "Sells inference" },
  licenses_allow: { label: "Only these licenses", example: "permissive" },
  licenses_deny: { label: "Never these licenses", example: "gemma" },
  max_memory_gib: { label: "Most memory", unit: "GiB", example: "8" },
  max_disk_gib: { label: "Most disk", unit: "GiB", example: "20" },
  max_params: { label: "Most parameters", example: "8B" },
  max_latency_ms: { label: "Longest wait", unit: "ms", example: "200" },
  min_tokens_per_s: { label: "Slowest generation", unit: "tokens/s", example: "20" },
  min_items_per_s: { label: "Slowest throughput", unit: "items/s", example: "100" },
  max_usd_per_month: { label: "Highest rent", unit: "USD a month", example: "400" },
  max_joules_per_item: { label: "Most energy an item", unit: "J", example: "5" },
  "data.n_labelled": { label: "Labelled examples", example: "2400" },
  "data.n_labels": { label: "Distinct labels", example: "8" },
  "data.avg_chars": { label: "Mean length of a text", unit: "characters", example: "1800" },
  "data.n_documents": { label: "Documents", example: "40k" },
  "data.sample": { label: "A few texts, one a line" },
  candidates: { label: "Only these models", example: "Qwen/*" },
  exclude: { label: "Never these models", example: "*/*-preview" },
  released_after: { label: "Released after" },
  top_k: { label: "Models to recommend", example: "3" },
  open_weights_only: { label: "Only open weights" },
  safe_formats_only: { label: "Only safe formats" },
  allow_remote_code: { label: "Allow code from repositories" },
  allow_uncensored: { label: "Allow uncensored variants" },
  contamination: { label: "Results on data trained on" },
  expertise: { label: "What the team can do" },
  "hardware.kind": { label: "Kind" },
  "hardware.vendor": { label: "Maker", open: "not known, or another" },
  "hardware.memory_gib": { label: "Memory of one device", unit: "GiB", example: "24" },
  "hardware.memory_bandwidth_gb_s": { label: "Memory bandwidth", unit: "GB/s", example: "504" },
  "hardware.fp16_tflops": { label: "FP16 throughput", unit: "TFLOPS", example: "100" },
  "hardware.count": { label: "Number of devices", example: "1" },
  "hardware.tdp_w": { label: "Design power", unit: "W", example: "450" },
  "hardware.cpu_cores": { label: "Cores of the host", example: "16" },
  "hardware.host_memory_gib": { label: "Memory of the host", unit: "GiB", example: "64" },
  "hardware.usd_per_hour": { label: "Rent", unit: "USD an hour", example: "0.80" },
  "hardware.compute_capability": { label: "CUDA compute capability", example: "8.9" },
  "hardware.architecture": { label: "Architecture", example: "Ada Lovelace" },
};

/** Text of the service with the fields that it names ("state `hardware`") under the names that they have on the page. */
export function named(text) {
  return text.split("`").map((part, position) => (position % 2 ? labelOf(part) : part)).join("");
}

/** What a field or group of fields is called on the page. */
export function labelOf(path) {
  const group = GROUPS.find(({ id }) => id === path);
  return `“${NAMES[path]?.label ?? NAMES[`use.${path}`]?.label ?? group?.title ?? sentence(plain(path))}”`;
}

/** The sentence, which stands above, and what is measured of a device, not typed. */
export const HIDDEN = new Set([
  "description", "hardware.source", "hardware.memory_free_gib", "hardware.levels", "hardware.overheads", "hardware.measured",
]);

export const EXAMPLES = [
  { title: "Search contracts", text: "Search our German legal contracts, on one RTX 4090" },
  { title: "Chat on a laptop", text: "A chat assistant in English on a MacBook with M3 Max and 36 GB, for business" },
  { title: "Notes from calls", text: "Transcribe Dutch phone calls on an L4" },
  { title: "Sort product photos", text: "Classify product photos into good parts and seven kinds of defect" },
  { title: "Write code", text: "Code completion for our team on 2x A100 80GB" },
  { title: "Forecast demand", text: "Predict next week's electricity demand from two years of hourly values" },
];
