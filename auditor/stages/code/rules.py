"""Our rules for code as data: semgrep rules with their metadata, and the table of bandit's tests."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor.content import cache_folder, content_root, rulesets
from auditor.errors import IntegrityError
from auditor.installation import TAG_BYTES, is_ours, tag
from auditor.model.digest import canonical, digest_of, sha256
from auditor.model.finding import Confidence, Severity
from auditor.model.text import NO_TEXT, Text
from auditor.stages.code import languages
from auditor.stages.code.precision import Precision, flaw_of, precision_of, rows_of
from auditor.stages.code.severity import Needs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ANY: Final = frozenset(
    {
        languages.PYTHON,
        languages.NOTEBOOK,
        languages.TYPESCRIPT,
        languages.JAVASCRIPT,
        languages.YAML,
        languages.DOCKERFILE,
        languages.CONFIGURATION,
        languages.GENERIC,
        languages.TEMPLATE,
        languages.SHELL,
        languages.MARKUP,
    }
)
_LANGUAGES: Final[Mapping[str, frozenset[str]]] = {
    "python": frozenset({languages.PYTHON, languages.NOTEBOOK}),
    "typescript": frozenset({languages.TYPESCRIPT, languages.MARKUP}),
    "ts": frozenset({languages.TYPESCRIPT, languages.MARKUP}),
    "javascript": frozenset({languages.JAVASCRIPT, languages.MARKUP}),
    "js": frozenset({languages.JAVASCRIPT, languages.MARKUP}),
    "yaml": frozenset({languages.YAML}),
    "dockerfile": frozenset({languages.DOCKERFILE}),
    "bash": frozenset({languages.SHELL}),
    "json": frozenset({languages.CONFIGURATION}),
    "generic": _ANY,
    "regex": _ANY,
}
"""Our languages by semgrep's names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule for code as its author wrote it.

    Attributes:
        id: Check id.
        tool: ``semgrep``, ``bandit`` or ``pysa``.
        test: Bandit's test id, pysa's rule number; empty for semgrep.
        title: The claim.
        problem: What is wrong where it fails, as one would tell a colleague; empty where nobody wrote it yet.
        why: Why it matters.
        remediation: How to mend it.
        severity: ``critical`` … ``info``.
        confidence: ``high`` … ``low``.
        cwe: CWE numbers.
        controls: Control ids by framework.
        capability: What the flaw is about.
        outranks: Checks whose finding at an overlapping place is the same flaw told with less: who mends this one as it
            says has mended those.
        least: Matches whose severity or confidence bandit itself puts lower are left out.
        is_partial: Absence proves nothing.
        profile: Runs only where it is asked for.
        references: Addresses.
        tag: Row of the reference table (scan-tools.md §2.7), 0 if none.
        languages: Our languages that it reads.
        parsed: Those of them that the tool has to parse; a syntax error there loses the rule.
        defined_in: Path of its file in this project.
        scope: How far it sees: ``place`` (one statement), ``function`` (values inside one function), ``program``.
        rests_on: What its severity rests on, a value of `Needs`.
        variants: The same of those of its variants that differ, by their id.
        not_followed: Packages into which it does not see, by the name they are imported by.
        not_brought_in: Packages by which something comes in from outside that it does not see.
    """

    id: str
    tool: str
    test: str = ""
    title: Text
    problem: Text = NO_TEXT
    why: Text
    remediation: Text
    severity: str
    confidence: str
    cwe: tuple[int, ...]
    controls: Mapping[str, tuple[str, ...]]
    capability: str
    outranks: tuple[str, ...] = ()
    least: str = "low"
    is_partial: bool
    profile: str
    references: tuple[str, ...]
    tag: int
    languages: frozenset[str]
    parsed: frozenset[str]
    defined_in: str
    scope: str = "place"
    rests_on: str = Needs.SOURCE
    variants: Mapping[str, str] = field(default_factory=dict)
    not_followed: frozenset[str] = frozenset()
    not_brought_in: frozenset[str] = frozenset()

    def needs(self, variant: str) -> str:
        """Return what the severity of a match of one of its variants rests on."""
        return self.variants.get(variant, self.rests_on)

    @property
    def asks_for_a_way(self) -> bool:
        """Tell whether matches to which no way is seen are none, so that what hides the way hides them."""
        return Needs.WAY in {self.rests_on, *self.variants.values()}

    @property
    def reading(self) -> str:
        """What it reads and how, in one word: rules that are alike in this see the same files."""
        read = f"{self.tool} reads {' '.join(sorted(self.languages))}, parses {' '.join(sorted(self.parsed))}"
        return f"{read}, follows ways" if self.asks_for_a_way else read


_SPOKEN_AS: Final = {"ts": "typescript", "js": "javascript"}
_ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "python": (".py", ".pyi"),
    "typescript": (".ts", ".tsx"),
    "javascript": (".cjs", ".js", ".jsx", ".mjs"),
    "yaml": (".yml", ".yaml"),
    "dockerfile": (".dockerfile", ".Dockerfile", "Dockerfile", "dockerfile"),
    "bash": (".bash", ".sh"),
    "json": (".json", ".ipynb"),
    "generic": ("",),
    "regex": ("",),
}
"""By which endings semgrep 1.182 knows the files of a language (``semgrep_interfaces/lang.json``)."""


def as_read_by(rules: Iterable[Mapping[str, Any]], places: Iterable[Path]) -> list[tuple[Path, str]]:
    """Return each file with each language in which some rule reads it; semgrep tells them by their names."""
    spoken = sorted({_SPOKEN_AS.get(language, language) for rule in rules for language in _spoken(rule)})
    return [(place, language) for place in places for language in spoken if place.name.endswith(_ENDINGS[language])]


def reads(rule: Mapping[str, Any], language: str) -> bool:
    """Tell whether semgrep reads files of one of our languages by a rule of its own format."""
    return any(language in _LANGUAGES[spoken] for spoken in _spoken(rule))


SECRET_CAPABILITIES: Final = frozenset(
    {
        "hardcoded-password",
        "hardcoded-key",
        "provider-key",
        "private-key",
        "default-credential",
        "secret-fallback",
        "literal-cipher-key",
        "constant-nonce",
    }
)
"""A place matched under one of these is shown with every literal masked."""

REAL_SECRETS: Final = frozenset({"provider-key", "private-key"})
"""Secrets by their own shape: they are real wherever they stand, in tests and examples too."""


@dataclass(frozen=True, slots=True)
class RulePack:
    """All rules for code.

    Attributes:
        rules: By check id, semgrep's first.
        skipped_tests: Bandit's tests that are switched off, with the reason.
        semgrep_rules: What semgrep is given, by check id: its rules without our metadata.
        precision: What was read of their findings on real platforms.
    """

    rules: Mapping[str, Rule]
    skipped_tests: Mapping[str, str]
    semgrep_rules: Mapping[str, tuple[Mapping[str, object], ...]]
    precision: Precision = field(default_factory=Precision)

    def chosen(self, profiles: frozenset[str]) -> RulePack:
        """Return the rules that run always and those of the given profiles."""
        rules = {name: rule for name, rule in self.rules.items() if not rule.profile or rule.profile in profiles}
        own = {name: own for name, own in self.semgrep_rules.items() if name in rules}
        return replace(self, rules=rules, semgrep_rules=own)

    def semgrep_for(self, present: frozenset[str] = _ANY) -> list[Mapping[str, object]]:
        """Return what semgrep is given.

        Args:
            present: Languages of what is scanned; rules that read none of them are left out.
        """
        return [
            rule
            for own in self.semgrep_rules.values()
            for rule in own
            if any(_LANGUAGES[language] & present for language in _spoken(rule))
        ]

    def semgrep_file(self) -> bytes:
        """Return all rules in one file for semgrep (JSON, which is YAML too)."""
        return canonical({"rules": self.semgrep_for()})

    def of(self, tool: str) -> tuple[Rule, ...]:
        """Return the rules of one tool."""
        return tuple(rule for rule in self.rules.values() if rule.tool == tool)


@cache
def rule_pack() -> RulePack:
    """Load all rules; parsed YAML is kept in the cache folder, by the digest of the files.

    Raises:
        IntegrityError: A rule file cannot be read or lacks a field; the pack is ours, so it is broken.
    """
    files = _files()
    try:
        stamp = digest_of([[str(f), sha256(f.read_bytes())] for f in files], Path(__file__).stat().st_mtime_ns)
    except OSError as error:
        message = f"rule file {error.filename} cannot be read: {error.strerror}"
        raise IntegrityError(message) from error
    kept = cache_folder() / "rules" / f"{stamp.removeprefix('sha256:')[:32]}.json"
    data = _kept(kept)
    if data is None:
        data = {str(file.relative_to(content_root())): _parse(file) for file in files}
        _keep(kept, data)
    return _pack(data)


def _files() -> list[Path]:
    semgrep = sorted(file for file in (rulesets() / "semgrep").rglob("*.yaml") if not file.name.endswith(".test.yaml"))
    if not semgrep:
        message = f"no rules in {rulesets() / 'semgrep'}: the installation is incomplete"
        raise IntegrityError(message)
    return [
        *semgrep,
        rulesets() / "bandit.yaml",
        rulesets() / "pysa" / "rules.yaml",
        rulesets() / "code" / "precision.yaml",
    ]


def _parse(file: Path) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - 40 ms that a warm start does not pay

    try:
        data = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, OSError) as error:
        message = f"rule file {file} cannot be read: {error}"
        raise IntegrityError(message) from error
    if not isinstance(data, dict):
        message = f"rule file {file} is no mapping"
        raise IntegrityError(message)
    return data


def _kept(place: Path) -> dict[str, Any] | None:
    """Return what this installation kept; what anybody else put there is nothing."""
    try:
        body = place.read_bytes()
    except OSError:
        return None
    if not is_ours(body[:TAG_BYTES], _PURPOSE, place.name.encode(), body[TAG_BYTES:]):
        return None
    data: dict[str, Any] = orjson.loads(body[TAG_BYTES:])
    return data


_PURPOSE: Final = "rules for source code"


def _keep(place: Path, data: Mapping[str, Any]) -> None:
    body = orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = place.with_suffix(f".{os.urandom(8).hex()}.part")
        half.write_bytes(tag(_PURPOSE, place.name.encode(), body) + body)
        half.replace(place)
    except OSError:
        return  # a cache that cannot be written is no cache


def _pack(data: Mapping[str, Any]) -> RulePack:
    rules: dict[str, Rule] = {}
    own: dict[str, tuple[Mapping[str, object], ...]] = {}
    skipped: dict[str, str] = {}
    readings: dict[str, Mapping[str, Any]] = {}
    for name, content in data.items():
        try:
            if "readings" in content:
                readings[name] = content
                continue
            if "tests" in content:
                skipped |= {str(row["id"]): str(row["reason"]["en"]) for row in content.get("skip", ())}
                found = list(_table_rules(name, content))
            else:
                rule, given = _semgrep_rule(name, content)
                own[rule.id] = given
                found = [rule]
            for each in found:
                if each.id in rules:
                    message = f"{each.id} stands in {rules[each.id].defined_in} already"
                    raise ValueError(message)  # noqa: TRY301 - said of the file below
                rules[each.id] = each
        except (KeyError, TypeError, ValueError, IndexError) as error:
            message = f"rule file {name} lacks a field or has a wrong one: {error!r}"
            raise IntegrityError(message) from error
    _hold_together(rules)
    return RulePack(rules, skipped, own, _precision(readings, rules))


def _precision(files: Mapping[str, Mapping[str, Any]], rules: Mapping[str, Rule]) -> Precision:
    for name, content in files.items():
        try:
            return precision_of(
                rows_of(content, rules),
                {
                    rule.id: flaw_of(rule.capability, rule.cwe, is_shape=rule.capability in REAL_SECRETS)
                    for rule in rules.values()
                },
                least_read=int(content["least_read"]),
                least_platforms=int(content["least_platforms"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            message = f"rule file {name} lacks a field or has a wrong one: {error!r}"
            raise IntegrityError(message) from error
    return Precision()


def _hold_together(rules: Mapping[str, Rule]) -> None:
    """Hold that a rule outranks only rules that there are.

    Raises:
        IntegrityError: It names another.
    """
    for rule in rules.values():
        for other in rule.outranks:
            if other not in rules:
                message = f"rule file {rule.defined_in} outranks {other}, which is no rule"
                raise IntegrityError(message)


def _semgrep_rule(name: str, content: Mapping[str, Any]) -> tuple[Rule, tuple[Mapping[str, object], ...]]:
    given = content["rules"]
    meta = given[0]["metadata"]
    stray = [rule["id"] for rule in given if str(rule["id"]).split("--", 1)[0] != given[0]["id"]]
    if stray:
        message = f"{stray[0]} is no variant of {given[0]['id']}"
        raise ValueError(message)
    spoken = {str(language) for rule in given for language in rule["languages"]}
    rule = Rule(
        id=given[0]["id"],
        tool="semgrep",
        tag=int(meta["tag"]),
        languages=frozenset().union(*(_LANGUAGES[language] for language in spoken)),
        parsed=frozenset().union(*(_LANGUAGES[language] for language in spoken - {"generic", "regex"})),
        defined_in=name,
        # a rule whose matches are asked about over the whole program says so itself
        variants={
            str(one["id"]): Needs(one["metadata"]["rests_on"]).value
            for one in given[1:]
            if "rests_on" in one.get("metadata", {})
        },
        scope=str(meta.get("scope") or ("function" if any(rule.get("mode") == "taint" for rule in given) else "place")),
        **_said(meta),
    )
    return rule, tuple({key: value for key, value in one.items() if key != "metadata"} for one in given)


def _spoken(rule: Mapping[str, Any]) -> list[str]:
    return [str(language) for language in rule["languages"]]


def _table_rules(name: str, content: Mapping[str, Any]) -> Iterator[Rule]:
    # cells of notebooks are no program whose values could be followed
    read = frozenset({languages.PYTHON}) if content["tool"] == "pysa" else _LANGUAGES["python"]
    for row in content["tests"]:
        yield Rule(
            id=row["check"],
            tool=str(content["tool"]),
            test=str(row["id"]),
            least=Severity(row.get("least", "low")).value,
            tag=0,
            languages=read,
            parsed=read,
            defined_in=name,
            scope="program" if content["tool"] == "pysa" else "place",
            not_followed=frozenset(map(str, row.get("not_followed", ()))),
            not_brought_in=frozenset(map(str, content.get("not_brought_in", ()))),
            **_said(row),
        )


def _said(meta: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": _text(meta["title"]),
        "problem": _text(meta.get("problem") or {"en": "", "zh": ""}),
        "why": _text(meta["why"]),
        "remediation": _text(meta["remediation"]),
        "severity": Severity(meta["severity"]).value,
        "confidence": Confidence(meta.get("confidence", "medium")).value,
        "cwe": tuple(int(number) for number in meta["cwe"]),
        "controls": {str(key): tuple(map(str, ids)) for key, ids in (meta.get("controls") or {}).items()},
        "capability": str(meta["capability"]),
        "rests_on": Needs(meta["rests_on"]).value,
        "outranks": tuple(map(str, meta.get("outranks", ()))),
        "is_partial": bool(meta.get("partial", False)),
        "profile": str(meta.get("profile", "")),
        "references": tuple(map(str, meta.get("references", ()))),
    }


def _text(value: Mapping[str, str]) -> Text:
    return Text(str(value["en"]).strip(), str(value["zh"]).strip())
