"""`advisor mcp` as an agent's client meets it: a session over stdio with a process of its own."""

import json
import subprocess
import sys

import anyio
import pytest

from advisor.domain.requests import EstimateRequest
from tests.e2e.agent import ROOT, open_client

NEED = {"task": "retrieval", "languages": ["de"], "hardware": "RTX 4090", "use": {"commercial": True}}
CALLS = {
    "recommend": NEED,
    "compare": {"model_ids": ["BAAI/bge-m3", "intfloat/multilingual-e5-large"]},
    "check_license": {"license_or_model": "llama3.1", "use": {"commercial": True}},
    "estimate": {"model_id": "Qwen/Qwen2.5-7B-Instruct", "hardware": "RTX 4090"},
}
WRONG = {
    "recommend": ({"task": "retrieval", "langauges": ["de"], "top_k": True}, ["langauges", "languages", "top_k"]),
    "compare": ({"model_ids": ["BAAI/bge-m33"]}, ["BAAI/bge-m33", "BAAI/bge-m3"]),
    "estimate": ({"model_id": "BAAI/bge-m3", "hardware": "RTX 49000"}, ["hardware", "did you mean RTX 40"]),
    "no_such_tool": ({}, ["unknown tool", "recommend"]),
}


@pytest.fixture(scope="module")
def session(advisor, advisor_home):
    """Everything that the tests look at, from one session."""

    async def talk():
        async with open_client(advisor_home) as client:
            tools = (await client.list_tools()).tools
            right = {name: await client.call_tool(name, asked) for name, asked in CALLS.items()}
            wrong = {name: await client.call_tool(name, asked) for name, (asked, _) in WRONG.items()}
        return {tool.name: tool for tool in tools}, right, wrong

    return anyio.run(talk)


def test_tools_describe_every_field(session):
    tools, _, _ = session
    assert set(tools) == set(CALLS)
    for tool in tools.values():
        assert tool.input_schema["additionalProperties"] is False
        for schema in (tool.input_schema, tool.output_schema):
            for field, definition in schema["properties"].items():
                assert definition.get("description"), f"{tool.name}: {field}"


def test_answers_are_those_of_the_library(session, advisor):
    _, right, _ = session
    expected = {
        "recommend": advisor.recommend(NEED),
        "compare": advisor.compare(CALLS["compare"]["model_ids"]),
        "estimate": advisor.estimate_for(EstimateRequest(**CALLS["estimate"])),
    }
    for name, answer in expected.items():
        assert right[name].structured_content == json.loads(answer.model_dump_json())
    assert right["recommend"].structured_content["picks"]
    assert right["check_license"].structured_content["id"] == "llama3.1"
    assert not any(result.is_error for result in right.values())


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_field_by_field(session, name):
    result = session[2][name]
    assert result.is_error
    for word in WRONG[name][1]:
        assert word in result.content[0].text


def test_entry_for_a_client():
    printed = subprocess.run(
        [sys.executable, "-m", "advisor", "mcp", "--json"], capture_output=True, check=True, cwd=ROOT
    )
    assert json.loads(printed.stdout)["mcpServers"]["model-advisor"]["args"] == ["mcp"]
