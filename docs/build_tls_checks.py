# ruff: noqa: E501, RUF001 - sentences in two languages
"""Writes ``docs/tls-checks.md`` and ``docs/tls-checks.zh.md`` anew: every check of the stage ``tls``, by its number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.messages import say
from auditor.stages.tls.checks import checks

if TYPE_CHECKING:
    from auditor.check import Check

HERE: Final = Path(__file__).parent
_WORDS: Final = {
    "en": {
        "title": "Checks of the stage `tls`",
        "head": "Made by `python -m docs.build_tls_checks` from `rulesets/tls/checks.yaml`. The number is that of the reference "
        "table; the letters behind a source are the dimension that it feeds: D use of cryptography, A algorithm or "
        "technique, K key management. 中文: [tls-checks.zh.md](tls-checks.zh.md). How endpoints are asked: [tls.md](tls.md).",
        "severity": "Severity",
        "fails": "Fails when",
        "why": "Why",
        "mend": "How to fix",
        "source": "Source",
        "controls": "Controls",
        "parameters": "Thresholds",
        "stop": ".",
        "colon": ": ",
    },
    "zh": {
        "title": "`tls` 阶段的检查项",
        "head": "由 `python -m docs.build_tls_checks` 根据 `rulesets/tls/checks.yaml` 生成。编号为内部编号；来源末尾字母为密评维度："
        "D 密码使用有效性，A 密码算法/技术合规性，K 密钥管理安全。English: [tls-checks.md](tls-checks.md)。",
        "severity": "严重程度",
        "fails": "不符合的情形",
        "why": "原因",
        "mend": "整改",
        "source": "来源",
        "controls": "对应控制项",
        "parameters": "阈值",
        "stop": "。",
        "colon": "：",
    },
}


def pages() -> dict[str, str]:
    """Return the pages by name of the file."""
    return {"tls-checks.md": _page("en"), "tls-checks.zh.md": _page("zh")}


def _page(language: str) -> str:
    words = _WORDS[language]
    found = sorted(checks(), key=lambda each: (each.aliases or ("~",), each.id))
    parts = "\n".join(_part(each, language) for each in found)
    return f"# {words['title']}\n\n{words['head']}\n\n{parts}"


def _part(each: Check, language: str) -> str:
    from auditor.check_data import check_data  # noqa: PLC0415 - here alone

    words = _WORDS[language]
    stop = words["stop"]
    number = f"{', '.join(each.aliases)} · " if each.aliases else ""
    controls = "; ".join(f"{name} {', '.join(ids)}" for name, ids in sorted(each.controls.items()))
    thresholds = ", ".join(f"`{name}` {value}" for name, value in check_data("tls").parameters(each.id).items())
    lines = [
        f"## {number}`{each.id}`",
        "",
        f"**{getattr(each.title, language)}**{stop}",
        "",
        f"- {words['severity']}{words['colon']}{say(f'severity.{each.severity}').to(language)}",
        f"- {words['fails']}{words['colon']}{getattr(each.problem, language)}",
        f"- {words['why']}{words['colon']}{getattr(each.why, language)}",
        f"- {words['mend']}{words['colon']}{getattr(each.remediation, language)}",
        f"- {words['source']}{words['colon']}{each.source}",
    ]
    lines += [f"- {words['parameters']}{words['colon']}{thresholds}"] if thresholds else []
    lines += [f"- {words['controls']}{words['colon']}{controls}"] if controls else []
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")
