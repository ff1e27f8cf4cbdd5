#!/bin/sh
# Load run of POST /v1/recommendations with wrk at 1 and 16 connections: requests/s, p50, p99, memory of the server.
# usage: bench_api.sh PYTHON [SECONDS]; fails where a request failed.
set -eu
python=${1:?usage: bench_api.sh PYTHON [SECONDS]}
seconds=${2:-15}
port=${PORT:-8791}
here=$(dirname "$0")
command -v wrk >/dev/null || { echo "bench_api.sh: wrk is not installed (Debian package wrk)" >&2; exit 2; }

PYTHONPATH=.:api ADVISOR_API_LOG_REQUESTS=0 "$python" -m uvicorn advisor_api.app:create_app --factory \
  --host 127.0.0.1 --port "$port" --no-access-log --log-level warning &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true' EXIT

for _ in $(seq 240); do
  "$python" -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/health')" 2>/dev/null && break
  kill -0 "$server" || { echo "bench_api.sh: the service did not start" >&2; exit 1; }
  sleep 0.5
done

echo "top-3 recommendation, $(getconf _NPROCESSORS_ONLN) cores shared with wrk, load average $(cut -d' ' -f1 /proc/loadavg)"
wrk -t1 -c1 -d3s -s "$here/bench_api.lua" "http://127.0.0.1:$port/v1/recommendations" >/dev/null
for connections in 1 16; do
  line=$(wrk -t1 -c"$connections" -d"${seconds}s" -s "$here/bench_api.lua" "http://127.0.0.1:$port/v1/recommendations" | tail -1)
  echo "connections $connections: $line"
  case $line in *"failed 0 of"*) ;; *) exit 1 ;; esac
done
awk '/VmHWM/ {printf "peak memory of the server: %d MiB\n", $2 / 1024}' "/proc/$server/status"
