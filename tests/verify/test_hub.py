"""Downloads by the hub's own client, from a server that speaks as the hub does and breaks off once."""

import hashlib
import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

COMMIT = "a" * 40
REPOSITORY = "someone/static-vectors"


class Hub(BaseHTTPRequestHandler):
    """One repository."""

    protocol_version = "HTTP/1.1"
    files: dict
    asked: list
    broken = False

    def do_HEAD(self):
        self.answer(with_body=False)

    def do_GET(self):
        self.answer(with_body=True)

    def answer(self, with_body):
        path = self.path.partition("?")[0]
        name = path.rpartition(f"/resolve/{COMMIT}/")[2]
        self.asked.append((self.command, name, self.headers.get("Range")))
        if path.startswith("/api/models/"):
            self.send(200, json.dumps(self.description(tree="/tree/" in path)).encode(), {}, with_body)
        elif name in self.files:
            self.send_file(name, with_body)
        else:
            self.send(404, b"{}", {"X-Error-Code": "EntryNotFound"}, with_body)

    def description(self, tree):
        if tree:
            return [{"type": "file", "path": n, "size": len(b), "oid": "0" * 40} for n, b in self.files.items()]
        siblings = [{"rfilename": name, "size": len(body)} for name, body in self.files.items()]
        return {"id": REPOSITORY, "modelId": REPOSITORY, "sha": COMMIT, "siblings": siblings, "private": False}

    def send_file(self, name, with_body):
        body = self.files[name]
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").partition("-")[0])
        headers = {
            "ETag": f'"{hashlib.sha256(body).hexdigest()}"',
            "X-Repo-Commit": COMMIT,
            "Accept-Ranges": "bytes",
            "Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}",
        }
        if with_body and name == "model.safetensors" and not Hub.broken:
            Hub.broken = True
            self.send(200, body[:12_000_000], headers, True, length=len(body))
            self.close_connection = True
            return
        self.send(206 if start else 200, body[start:], headers, with_body)

    def send(self, status, body, headers, with_body, length=None):
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, *args):
        return


@pytest.fixture
def hub(vectors):
    from advisor.verify.sources.package import package_folder

    folder = package_folder("wordllama")
    Hub.asked, Hub.broken = [], False
    Hub.files = {
        "config.json": b'{"model_type": "model2vec"}',
        "tokenizer.json": (folder / "tokenizers" / "l2_supercat_tokenizer_config.json").read_bytes(),
        "model.safetensors": (folder / "weights" / "l2_supercat_256.safetensors").read_bytes(),
        "pytorch_model.bin": b"a pickle that must not be fetched",
    }
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as opened:
        threading.Thread(target=opened.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{opened.server_address[1]}"
        opened.shutdown()


def test_plan_fetch_resume_and_offline(hub, cli, reviews, tmp_path):
    command, environment = cli
    environment = {k: v for k, v in environment.items() if not k.startswith(("HF_", "TRANSFORMERS_"))}
    environment |= {"HF_ENDPOINT": hub, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_XET": "1"}
    command += ["--data", str(reviews), "--task", "text-classification", "--candidates", f"hub:{REPOSITORY}", "--json"]
    command += ["--probe-s", "0.3", "--threads", "1", "--no-baselines"]

    def run(*more, **variables):
        done = subprocess.run(
            [*command, *more], env=environment | variables, capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)

    plan = run("--plan")
    assert plan["runs"][0]["refused"] == ""
    assert plan["runs"][0]["candidate"]["artifact"]["revision"] == COMMIT
    assert 0.015 < plan["download_gib"] < 0.03
    (refused, *_) = run("--plan", "--task", "question-answering", "--column", "answer=sentiment")["runs"]
    assert refused["refused"] == "it embeds texts; the task needs a model that writes"
    assert not any(name == "model.safetensors" for _, name, _ in Hub.asked), "the plan fetched weights"

    outcome = run("--out", str(tmp_path / "run"))["outcomes"][0]
    if outcome["status"] != "done":
        assert "run the same command again" in outcome["cause"]
        outcome = run("--out", str(tmp_path / "run"))["outcomes"][0]
    assert outcome["status"] == "done", outcome["cause"]
    fetched = [entry for entry in Hub.asked if entry[:2] == ("GET", "model.safetensors")]
    assert len(fetched) > 1 and any(place for _, _, place in fetched), "it was not resumed where it broke off"
    assert not any(name == "pytorch_model.bin" and method == "GET" for method, name, _ in Hub.asked)

    journal = (tmp_path / "run" / "journal.jsonl").read_text()
    assert run("--out", str(tmp_path / "run"))["outcomes"][0]["status"] == "done"
    assert (tmp_path / "run" / "journal.jsonl").read_text() == journal, "what was fetched since made it another one"
    before = len(Hub.asked)
    cached = run("--offline", "--out", str(tmp_path / "again"))["outcomes"][0]
    assert cached["candidate"]["artifact"]["origin"] == "hub-cache"
    assert cached["candidate"]["artifact"]["revision"] == COMMIT
    assert cached["status"] == "done"
    assert len(Hub.asked) == before
