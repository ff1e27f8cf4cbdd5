-- wrk script: POST needs for three models, and report what the load run is judged by.
-- Without an argument it is one need over and over; with a file of needs, one JSON object a line, they take turns.
local needs = {
  '{"task":"retrieval","languages":["de"],"domains":["legal"],"hardware":"RTX 4090","use":{"commercial":true},"top_k":3}',
}
local turn = 0

function init(arguments)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  if arguments[1] then
    needs = {}
    for line in io.lines(arguments[1]) do
      needs[#needs + 1] = line
    end
  end
end

function request()
  turn = turn % #needs + 1
  return wrk.format(nil, nil, nil, needs[turn])
end

function done(summary, latency, requests)
  local seconds = summary.duration / 1e6
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("requests_per_s %.1f  p50_ms %.1f  p99_ms %.1f  failed %d of %d\n",
    summary.requests / seconds, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, bad, summary.requests))
end
