"""The page at / as files: all of them are served, with a policy, and none names another host."""

import re

import pytest

from advisor_api.page.routes import page_files

FILES = sorted(page_files())


def test_the_page_is_served_with_a_strict_policy(client):
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'self'")
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page.text)


def test_every_file_that_is_named_exists(client):
    named = set(re.findall(r'(?:src|href)="/page/([^"]+)"', client.get("/").text))
    for name in FILES:
        text = page_files()[name].content.decode("utf-8", "replace")
        if name.endswith(".js"):
            named |= {f"js/{module}" for module in re.findall(r'from "\./([^"]+)"', text)}
        if name.endswith(".css"):
            named |= set(re.findall(r'url\("/page/([^"]+)"\)', text))
    assert named == {*FILES} - {"index.html"}


@pytest.mark.parametrize("name", FILES)
def test_files_are_served_and_kept_by_browsers(client, name):
    answer = client.get(f"/page/{name}")
    assert answer.status_code == 200 and answer.content == page_files()[name].content
    again = client.get(f"/page/{name}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and not again.content


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith((".js", ".css", ".html"))])
def test_no_file_names_another_host(name):
    text = page_files()[name].content.decode()
    hosts = set(re.findall(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}", text)) - {"http://www.w3.org"}
    assert not hosts
    assert "eval(" not in text and "innerHTML" not in text


@pytest.mark.parametrize(
    "name", ["../routes.py", "..%2Froutes.py", "js/..%2F..%2F..%2Fapp.py", "%2Fetc%2Fpasswd", "js", "font/LICENSE"]
)
def test_nothing_else_is_served(client, name):
    assert client.get(f"/page/{name}").status_code == 404
