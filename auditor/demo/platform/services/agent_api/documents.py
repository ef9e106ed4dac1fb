"""Uploaded documents: archives, statements in XML, letters made from templates."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from agent_api.settings import settings

letters = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)

CONFIRMATION = """
Dear {{ name }},
we have received your application {{ number }} over {{ amount }} yuan.
"""


def unpack_upload(archive: Path, customer: str) -> list[Path]:
    """Unpack a customer's archive and return the documents in it."""
    target = settings().upload_root / customer
    with tarfile.open(archive) as bundle:
        bundle.extractall(target)
    return sorted(path for path in target.rglob("*") if path.is_file())


def unpack_policies(archive: Path) -> list[Path]:
    """Unpack a new edition of the lending policies."""
    with tarfile.open(archive) as bundle:
        bundle.extractall(settings().policy_root, filter="data")
    return sorted(settings().policy_root.rglob("*.md"))


def member_names(archive: Path) -> list[str]:
    """Return what a ZIP file holds, without unpacking it."""
    with zipfile.ZipFile(archive) as bundle:
        return bundle.namelist()


def statement_entries(document: bytes) -> list[dict[str, str]]:
    """Return the entries of an account statement in the interbank XML format."""
    parser = etree.XMLParser(resolve_entities=True, load_dtd=True)
    root = etree.fromstring(document, parser=parser)
    return [dict(entry.attrib) for entry in root.iter("Ntry")]


def tax_certificate(document: bytes) -> dict[str, str]:
    """Return the fields of an electronic tax certificate."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(document, parser=parser)
    return {child.tag: child.text or "" for child in root}


def confirmation(values: dict[str, Any]) -> str:
    """Return the letter that confirms an application."""
    return letters.from_string(CONFIRMATION).render(values)


def branch_letter(layout: str, values: dict[str, Any]) -> str:
    """Return a letter in the layout that a branch has uploaded."""
    return Template(layout).render(**values)
