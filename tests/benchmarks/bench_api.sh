#!/bin/sh
# Load run of POST /v1/recommendations with wrk at 1 and 16 connections: requests/s, p50, p99, memory of the server.
# First one need over and over, then 200 different ones in turn. Nothing is answered from a cache of answers.
# usage: bench_api.sh PYTHON [SECONDS]; fails where a request failed.
set -eu
python=${1:?usage: bench_api.sh PYTHON [SECONDS]}
seconds=${2:-15}
port=${PORT:-8791}
here=$(dirname "$0")
command -v wrk >/dev/null || { echo "bench_api.sh: wrk is not installed (Debian package wrk)" >&2; exit 2; }
work=$(mktemp -d)

PYTHONPATH=.:api ADVISOR_API_LOG_REQUESTS=0 ADVISOR_API_STORE="sqlite:///$work/store.sqlite3" \
  "$python" -m uvicorn advisor_api.app:create_app --factory \
  --host 127.0.0.1 --port "$port" --no-access-log --log-level warning &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

for _ in $(seq 240); do
  "$python" -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/health')" 2>/dev/null && break
  kill -0 "$server" || { echo "bench_api.sh: the service did not start" >&2; exit 1; }
  sleep 0.5
done

"$python" - >"$work/needs.jsonl" <<'END'
import itertools, json
tasks = "retrieval", "reranking", "text-classification", "clustering", "chat", "code-generation", "reasoning", "image-classification"
devices = "RTX 4090", "A100 80GB", "RTX 3060", None, "L4"
for task, device, language in itertools.product(tasks, devices, ("en", "de", "fr", "ja", "es")):
    need = {"task": task, "hardware": device, "languages": [language], "use": {"commercial": True}}
    print(json.dumps({key: value for key, value in need.items() if value}))
END

run() {
  name=$1
  connections=$2
  shift 2
  line=$(wrk -t1 -c"$connections" -d"${seconds}s" -s "$here/bench_api.lua" "http://127.0.0.1:$port/v1/recommendations" -- "$@" | tail -1)
  echo "$name, connections $connections: $line"
  case $line in *"failed 0 of"*) ;; *) exit 1 ;; esac
}

echo "top-3 recommendation, $(getconf _NPROCESSORS_ONLN) cores shared with wrk, load average $(cut -d' ' -f1 /proc/loadavg)"
wrk -t1 -c4 -d5s -s "$here/bench_api.lua" "http://127.0.0.1:$port/v1/recommendations" -- "$work/needs.jsonl" >/dev/null
for connections in 1 16; do
  run "one need" "$connections"
  run "200 needs" "$connections" "$work/needs.jsonl"
done
awk '/VmHWM/ {printf "peak memory of the server: %d MiB\n", $2 / 1024}' "/proc/$server/status"
