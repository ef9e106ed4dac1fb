"""The tools that the agent may call, and their schemas."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import requests
from langchain_community.agent_toolkits.openapi.toolkit import RequestsToolkit
from langchain_community.utilities.requests import TextRequestsWrapper
from langchain_core.tools import tool

from agent_api.settings import settings

RATE_SOURCES = {
    "lpr": "https://rates.bank.cn/api/v2/lpr",
    "house-fund": "https://rates.bank.cn/api/v2/house-fund",
    "deposit": "https://rates.bank.cn/api/v2/deposit",
}


@tool
def read_policy(name: str) -> str:
    """Return the text of a lending policy, such as mortgage/first-home.md."""
    path = os.path.join(settings().policy_root, name)
    with open(path, encoding="utf-8") as policy:
        return policy.read()


@tool
def read_upload(name: str) -> str:
    """Return the text of a document that the customer has uploaded."""
    root = settings().upload_root.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise ValueError(f"{name} is not an uploaded document")
    return path.read_text(encoding="utf-8")


@tool
def scan_to_text(document: str, language: str = "chi_sim") -> str:
    """Recognise the text of a scanned document."""
    done = subprocess.run(
        f"tesseract /srv/uploads/{document} stdout -l {language}", shell=True, capture_output=True, timeout=60
    )
    return done.stdout.decode()


@tool
def pdf_to_text(document: str) -> str:
    """Extract the text layer of an uploaded PDF."""
    source = settings().upload_root / Path(document).name
    done = subprocess.run(["pdftotext", "-enc", "UTF-8", str(source), "-"], capture_output=True, timeout=60, check=True)
    return done.stdout.decode()


@tool
def open_page(url: str) -> str:
    """Return a public web page, for instance of the land register or a developer."""
    response = httpx.get(url, timeout=10, follow_redirects=True)
    return response.text[:20_000]


@tool
def current_rate(source: str) -> str:
    """Return today's reference rate of one of the known sources."""
    url = RATE_SOURCES.get(source)
    if url is None:
        return f"unknown source; known are {', '.join(RATE_SOURCES)}"
    response = httpx.get(url, timeout=10, verify=settings().ca_bundle)
    return response.text


@tool
def credit_report(consent_id: str) -> str:
    """Return the credit bureau's report for a recorded consent."""
    response = requests.post(
        settings().bureau_url,
        json={"consent": consent_id},
        headers={"X-Api-Key": settings().bureau_api_key},
        verify=settings().ca_bundle,
    )
    return response.text


@tool
def company_register(credit_code: str) -> str:
    """Return the register entry of an employer by its unified social credit code."""
    response = requests.get(
        "https://register.bank.cn/companies",
        params={"code": credit_code},
        timeout=10,
        verify=settings().ca_bundle,
    )
    return response.text


def branch_toolkit(token: str) -> list[Any]:
    """Return the tools that let the agent call the branch systems by HTTP."""
    toolkit = RequestsToolkit(
        requests_wrapper=TextRequestsWrapper(headers={"Authorization": f"Bearer {token}"}),
        allow_dangerous_requests=True,
    )
    return toolkit.get_tools()


def read_only_toolkit() -> list[Any]:
    """Return the tools of agents that only look things up."""
    toolkit = RequestsToolkit(requests_wrapper=TextRequestsWrapper(headers={}), allow_dangerous_requests=False)
    return toolkit.get_tools()


TOOLS: dict[str, Any] = {
    entry.name: entry
    for entry in (
        read_policy,
        read_upload,
        scan_to_text,
        pdf_to_text,
        open_page,
        current_rate,
        credit_report,
        company_register,
    )
}
SCHEMAS = [
    {
        "type": "function",
        "function": {
            "name": entry.name,
            "description": entry.description,
            "parameters": entry.args_schema.model_json_schema(),
        },
    }
    for entry in TOOLS.values()
]


def call(name: str, arguments: dict[str, Any]) -> str:
    """Run a tool and return its result as text; what goes wrong is told to the model."""
    handler: Callable[[dict[str, Any]], Any] | None = TOOLS[name].invoke if name in TOOLS else None
    if handler is None:
        return f"there is no tool {name}"
    try:
        result = handler(arguments)
    except (ValueError, OSError, subprocess.SubprocessError, httpx.HTTPError, requests.RequestException) as error:
        return f"{name} failed: {error}"
    return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
