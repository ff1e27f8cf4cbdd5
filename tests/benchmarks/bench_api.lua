-- wrk script: POST one need for three models, and report what the load run is judged by.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"task":"retrieval","languages":["de"],"domains":["legal"],"hardware":"RTX 4090","use":{"commercial":true},"top_k":3}'

function done(summary, latency, requests)
  local seconds = summary.duration / 1e6
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("requests_per_s %.1f  p50_ms %.1f  p99_ms %.1f  failed %d of %d\n",
    summary.requests / seconds, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, bad, summary.requests))
end
