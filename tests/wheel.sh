#!/bin/sh
# Build the wheel, see what it claims, install it into a clean environment and answer a spec there.
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
"$work/env/bin/python" -m pip install --quiet "$work"/*.whl
cd "$work"
ADVISOR_HOME="$work/home" "$work/env/bin/advisor" recommend "$root/examples/german-contracts.json" --json >"$work/answer.json"
"$work/env/bin/python" -c "
import json, sys
answer = json.load(open('$work/answer.json'))
assert len(answer['picks']) == 3, answer['warnings']
print('wheel: installed in a clean environment, first pick', answer['picks'][0]['model_id'])
"
