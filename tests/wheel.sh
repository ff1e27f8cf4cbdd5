#!/bin/sh
# Build the wheel, see what it claims, install it into a clean environment, answer a spec and serve the page there.
# Usage: wheel.sh PYTHON BIN
set -eu
python=$1
bin=$(cd "$2" && pwd)
root=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bin/python" -m build --wheel --no-isolation --outdir "$work" . >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
tops=$("$bin/python" -m zipfile -l "$work"/*.whl | awk 'NR > 1 {print $1}' | cut -d/ -f1 | sort -u | grep -v dist-info | tr '\n' ' ')
[ "$tops" = "advisor advisor_api " ] || { echo "the wheel claims $tops"; exit 1; }
"$python" -m venv "$work/env"
"$work/env/bin/python" -m pip install --quiet "$(echo "$work"/*.whl)[api]"
cd "$work"
ADVISOR_HOME="$work/home" "$work/env/bin/advisor" recommend "$root/examples/german-contracts.json" --json >"$work/answer.json"
"$work/env/bin/python" -c "
import json, sys
answer = json.load(open('$work/answer.json'))
assert len(answer['picks']) == 3, answer['warnings']
print('wheel: installed in a clean environment, first pick', answer['picks'][0]['model_id'])
"
port=$("$work/env/bin/python" -c "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])")
ADVISOR_HOME="$work/home" "$work/env/bin/advisor" serve --port "$port" 2>"$work/serve.log" &
server=$!
trap 'kill $server; rm -rf "$work"' EXIT
"$work/env/bin/python" -c "
import re, time, urllib.error, urllib.request
def fetch(path):
    for _ in range(150):
        try:
            return urllib.request.urlopen('http://127.0.0.1:$port' + path, timeout=5).read().decode()
        except urllib.error.URLError as error:
            if isinstance(error, urllib.error.HTTPError):
                raise
            time.sleep(0.2)
    raise SystemExit('the service does not start')
page = fetch('/')
named = re.findall(r'(?:src|href)=\"(/page/[^\"]+[.](?:css|js))\"', page)
assert len(named) > 4 and all(map(fetch, named)), named
print('wheel: serves the page at / with', len(named), 'style sheets and scripts')
" || { cat "$work/serve.log"; exit 1; }
