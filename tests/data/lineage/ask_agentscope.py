"""Two questions to an agent of agentscope with a stub model and a tool; its own spans go to a file as OTLP JSON lines.

Run by the Python of the environment ``agentscope``: ``ask_agentscope.py FILE``.
"""
# mypy: ignore-errors

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from agentscope.agent import Agent
from agentscope.credential import CredentialBase
from agentscope.formatter import OpenAIChatFormatter
from agentscope.message import TextBlock, ToolCallBlock, UserMsg
from agentscope.middleware import TracingMiddleware
from agentscope.model import ChatModelBase, ChatResponse
from agentscope.tool import FunctionTool, Toolkit
from google.protobuf.json_format import MessageToDict
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

DOCUMENTS = '[{"doc_id": "policy-2025-03#12", "text": "LTV at most 70 %"}]'


class Lines(SpanExporter):
    """Writes each batch as one line, ids in base64 as protobuf's own JSON has them: the accident that §4 names."""

    def __init__(self, path):
        self.path = path

    def export(self, spans):
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(MessageToDict(encode_spans(spans))) + "\n")
        return SpanExportResult.SUCCESS


class Stub(ChatModelBase):
    """Calls the tool first, then answers."""

    def __init__(self):
        super().__init__(
            credential=CredentialBase(), model="stub-model", parameters=ChatModelBase.Parameters(), stream=False
        )
        self.formatter = OpenAIChatFormatter()
        self.calls = 0

    async def _call_api(self, model_name, messages, tools=None, tool_choice=None, **kwargs):
        self.calls += 1
        if self.calls % 2:
            call = ToolCallBlock(id=f"call-{self.calls}", name="search_knowledge_base", input='{"query": "LTV"}')
            return ChatResponse(content=[call], is_last=True)
        return ChatResponse(content=[TextBlock(text="At most 70 %.")], is_last=True)


async def search_knowledge_base(query: str) -> str:
    """Search the knowledge base.

    Args:
        query: Words.
    """
    return DOCUMENTS


async def main():
    provider = TracerProvider(resource=Resource.create({"service.name": "loan-assistant"}))
    provider.add_span_processor(SimpleSpanProcessor(Lines(Path(sys.argv[1]))))
    trace.set_tracer_provider(provider)
    tool = FunctionTool(search_knowledge_base, is_read_only=True)
    agent = Agent(
        name="LoanAssistant",
        system_prompt="Answer.",
        model=Stub(),
        toolkit=Toolkit(tools=[tool]),
        middlewares=[TracingMiddleware()],
    )
    for question in ("What is the maximum LTV?", "And for a second home?"):
        await agent.reply(UserMsg(name="user", content=question))
    provider.shutdown()


if __name__ == "__main__":
    asyncio.run(main())
