"""The Model Context Protocol over stdio: tools for agents, with the schemas of the library and of REST."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import anyio
import anyio.to_thread
import mcp_types as wire
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from advisor import __version__
from advisor.domain.base import Frozen
from advisor.domain.docstrings import describe
from advisor.domain.errors import AdvisorError, InvalidInput, Problem
from advisor.domain.license import LicenseVerdict
from advisor.domain.recommendation import Comparison, Recommendation, SizingReport
from advisor.domain.requests import ComparisonRequest, EstimateRequest, LicenseCheckRequest
from advisor.domain.requirements import Requirements
from advisor.engine import Advisor

_ABOUT = (
    "Which open-source model to use for a need, why, whether its license allows the use and whether it runs on the "
    "device. Answers come from a catalog of benchmark results, licenses and hardware on this machine. Numbers carry "
    "their range and say whether they are measured, looked-up or estimated; pass both on."
)


class ToolSpec(NamedTuple):
    """A tool: what it is asked, what it answers, and the call of the library that answers."""

    name: str
    description: str
    asked: type[Frozen]
    answered: type[Frozen]
    call: Callable[[Advisor, Any, bool], Frozen]
    """Told whether the hub may be asked."""


TOOLS = (
    ToolSpec(
        "recommend",
        "The models to use for a need, best first, with expected quality, license verdict, memory, speed, evidence, "
        "risks and the command to run. Give `description` in the user's words and every fact they stated.",
        Requirements,
        Recommendation,
        lambda advisor, asked, hub: advisor.recommend(asked),
    ),
    ToolSpec(
        "compare",
        "Named models side by side: scores on shared benchmarks, size, memory by precision, license verdict.",
        ComparisonRequest,
        Comparison,
        lambda advisor, asked, hub: advisor.compare(asked.model_ids, asked.requirements),
    ),
    ToolSpec(
        "check_license",
        "Whether a license, or a model with its base models, allows a use, and what is then owed. Not legal advice.",
        LicenseCheckRequest,
        LicenseVerdict,
        lambda advisor, asked, hub: advisor.check_license(asked.license_or_model, asked.use),
    ),
    ToolSpec(
        "estimate",
        "Memory, speed, energy and cost of each variant of a model on a device, and which variant to run.",
        EstimateRequest,
        SizingReport,
        lambda advisor, asked, hub: advisor.estimate_for(asked, hub=hub),
    ),
)


def serve(hub: bool = False) -> None:
    """Answer on stdin and stdout until the client leaves; the catalog is opened at the first call.

    Args:
        hub: whether estimates of models on the Hugging Face hub may ask it.
    """
    anyio.run(_serve, hub)


async def _serve(hub: bool) -> None:
    service = Service(hub)
    server: Server[Any] = Server(
        "model-advisor",
        version=__version__,
        instructions=_ABOUT,
        on_list_tools=service.list_tools,
        on_call_tool=service.call_tool,
    )
    try:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())
    finally:
        service.close()


class Service:
    """The handlers of the protocol over one Advisor."""

    def __init__(self, hub: bool = False) -> None:
        self._hub = hub
        self._advisor: Advisor | None = None
        self._opening = anyio.Lock()

    async def list_tools(
        self, context: ServerRequestContext[Any], asked: wire.PaginatedRequestParams | None
    ) -> wire.ListToolsResult:
        """All tools."""
        return wire.ListToolsResult(tools=[described(tool, self._hub and tool.name == "estimate") for tool in TOOLS])

    async def call_tool(
        self, context: ServerRequestContext[Any], asked: wire.CallToolRequestParams
    ) -> wire.CallToolResult:
        """The answer of a tool; what is wrong with a request is told to the model, field by field."""
        tool = next((tool for tool in TOOLS if tool.name == asked.name), None)
        if tool is None:
            return _refused([Problem("name", f"unknown tool {asked.name!r}", ", ".join(t.name for t in TOOLS))])
        try:
            answer = await anyio.to_thread.run_sync(_answer, tool, await self._open(), asked.arguments or {}, self._hub)
        except InvalidInput as error:
            return _refused(error.problems)
        except AdvisorError as error:
            return _refused([Problem("advisor", str(error))])
        structured = answer.model_dump(mode="json")
        text = wire.TextContent(text=answer.model_dump_json(exclude_none=True))
        return wire.CallToolResult(content=[text], structured_content=structured)

    def close(self) -> None:
        """Close the catalog."""
        if self._advisor is not None:
            self._advisor.close()

    async def _open(self) -> Advisor:
        async with self._opening:
            if self._advisor is None:
                self._advisor = await anyio.to_thread.run_sync(Advisor.open)
            return self._advisor


def _answer(tool: ToolSpec, advisor: Advisor, arguments: dict[str, Any], hub: bool) -> Frozen:
    return tool.call(advisor, advisor.parse(tool.asked, arguments), hub)


def described(tool: ToolSpec, open_world: bool = False) -> wire.Tool:
    """A tool as the protocol lists it; of an open world where it asks more than this machine."""
    return wire.Tool(
        name=tool.name,
        description=tool.description,
        input_schema=json_schema(tool.asked, "validation"),
        output_schema=json_schema(tool.answered, "serialization"),
        annotations=wire.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=open_world),
    )


def json_schema(model: type[Frozen], mode: JsonSchemaMode) -> dict[str, Any]:
    """The JSON schema of a domain value with a description of every field."""
    _, document = models_json_schema([(model, mode)])
    definitions: dict[str, dict[str, Any]] = document["$defs"]
    describe(definitions)
    return {**definitions.pop(model.__name__), "$defs": definitions}


def _refused(problems: Sequence[Problem]) -> wire.CallToolResult:
    lines = [f"{p.field}: {p.message}" + (f" (expected: {p.expected})" if p.expected else "") for p in problems]
    return wire.CallToolResult(content=[wire.TextContent(text="\n".join(lines))], is_error=True)
