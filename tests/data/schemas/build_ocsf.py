"""Makes a JSON Schema of two OCSF classes out of the published sources: ``python build_ocsf.py GIT-DIRECTORY COMMIT``.

The server of OCSF compiles its JSON files into such schemas; this does the same for what our reports hold: attributes of
a class or object and of what it extends, types with their patterns, enumerations, what is required, constraints.
Attributes of profiles that are not applied are not allowed, unless the class takes them over (``"profile": null``).
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

CLASSES = ("compliance_finding", "detection_finding")
BASES = {"string_t": "string", "integer_t": "integer", "long_t": "integer", "float_t": "number", "boolean_t": "boolean"}


class Sources:
    """The files of one commit."""

    def __init__(self, folder: str, commit: str) -> None:
        self._git = ["git", "-C", folder]
        self._commit = commit
        names = subprocess.run(
            [*self._git, "ls-tree", "-r", "--name-only", commit], capture_output=True, text=True, check=True
        ).stdout.split()
        own = [name for name in names if name.endswith(".json") and name.startswith(("events/", "objects/"))]
        # an event and an object may share a name (finding)
        self._paths = {(name.partition("/")[0], Path(name).stem): name for name in own}
        self.dictionary = self._read("dictionary.json")

    def _read(self, name: str) -> dict[str, Any]:
        shown = subprocess.run([*self._git, "show", f"{self._commit}:{name}"], capture_output=True, check=True)
        made: dict[str, Any] = json.loads(shown.stdout)
        return made

    @cache  # noqa: B019 - one object, for as long as the program runs
    def attributes(self, kind: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return attributes and constraints of a class or object, with those of what it extends."""
        said = self._read(self._paths[kind, name])
        base, rules = self.attributes(kind, said["extends"]) if said.get("extends") else ({}, {})
        found = {key: dict(value) for key, value in base.items()}
        for key, value in said.get("attributes", {}).items():
            if key != "$include":
                found[key] = {**found.get(key, {}), **value}
        return found, {**rules, **said.get("constraints", {})}

    def numbers(self, name: str) -> tuple[int, int]:
        """Return the numbers of the category and of the class, which the compiler puts together."""
        said = self._read(self._paths["events", name])
        number, category = said["uid"], said.get("category")
        while category is None:
            said = self._read(self._paths["events", said["extends"]])
            category = said.get("category")
        category_uid: int = self._read("categories.json")["attributes"][category]["uid"]
        return category_uid, category_uid * 1000 + number


class Maker:
    """Makes definitions for all objects that the classes reach."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.definitions: dict[str, Any] = {}

    def of(self, name: str, kind: str = "objects") -> dict[str, Any]:
        """Return a reference to a definition, which is made if it is not there."""
        if name not in self.definitions:
            self.definitions[name] = {}
            attributes, rules = self.sources.attributes(kind, name)
            made: dict[str, Any] = {"type": "object"}
            if attributes:
                made["properties"] = {key: self._value(key, value) for key, value in sorted(attributes.items())}
                made["additionalProperties"] = False
            due = sorted(key for key, value in attributes.items() if value.get("requirement") == "required")
            if due:
                made["required"] = due
            for rule, word in (("at_least_one", "anyOf"), ("just_one", "oneOf")):
                if rule in rules:
                    made[word] = [{"required": [key]} for key in rules[rule]]
            self.definitions[name] = made
        return {"$ref": f"#/$defs/{name}"}

    def _value(self, key: str, given: dict[str, Any]) -> dict[str, Any]:
        known = self.sources.dictionary["attributes"][key]
        made = self._type(given.get("type", known["type"]))
        enumeration = given.get("enum") or known.get("enum")
        if enumeration and made.get("type") == "integer":
            # a class may add values to those of the dictionary, which stay
            values = {*known.get("enum", {}), *given.get("enum", {})}
            made = {"enum": sorted(int(value) for value in values)}
        return {"type": "array", "items": made} if given.get("is_array", known.get("is_array")) else made

    def _type(self, name: str) -> dict[str, Any]:
        types = self.sources.dictionary["types"]["attributes"]
        if name == "json_t":
            return {}
        if name not in types and name not in BASES:
            return self.of(name)
        said = types.get(name, {})
        made: dict[str, Any] = {"type": BASES[said.get("type", name)]}
        if "regex" in said and name not in {"hostname_t", "url_t", "email_t"}:
            made["pattern"] = said["regex"]
        return made


def main(folder: str, commit: str) -> None:
    """Write the schema to stdout: an array of events, each of the class that its ``class_uid`` names."""
    maker = Maker(Sources(folder, commit))
    events = [maker.of(name, "events") for name in CLASSES]
    for name in CLASSES:
        category, number = maker.sources.numbers(name)
        properties = maker.definitions[name]["properties"]
        properties["category_uid"], properties["class_uid"] = {"const": category}, {"const": number}
        activities = properties["activity_id"]["enum"]
        properties["type_uid"] = {"enum": [number * 100 + activity for activity in activities]}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"OCSF {', '.join(CLASSES)}, made by build_ocsf.py of ocsf-schema {commit}",
        "type": "array",
        "items": {
            "if": {"properties": {"class_uid": {"const": 2003}}},
            "then": events[0],
            "else": events[1],
        },
        "$defs": dict(sorted(maker.definitions.items())),
    }
    sys.stdout.write(json.dumps(schema, separators=(",", ":"), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
