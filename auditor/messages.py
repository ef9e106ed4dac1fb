"""The one catalogue of what the program says, in English and Chinese.

Titles, reasons and remedies of rules stand beside the rules (``rulesets/``, ``policies/``); everything else is here.
Values in braces are filled in by `say`.
"""

from __future__ import annotations

from typing import Final

from auditor.model.text import Text

CATALOGUE: Final[dict[str, tuple[str, str]]] = {
    # -- judging -----------------------------------------------------------------------------------------------
    "judge.nothing": ("nothing of this kind was found", "未发现此类对象"),
    "judge.gap": (
        "not assessed: {reason} ({what}); gaps in all: {count}",
        "未评估：{reason}（{what}）；缺口共 {count} 处",
    ),
    "judge.broken.remedy": (
        "this is a fault of the check itself: report it together with the record",
        "这是检查项自身的缺陷：请连同 record.json 一并反馈",
    ),
    # -- verdicts and severities ---------------------------------------------------------------------------------
    "verdict.fail": ("fail", "不符合"),
    "verdict.not_assessed": ("not assessed", "未评估"),
    "verdict.pass": ("pass", "符合"),
    "verdict.not_applicable": ("not applicable", "不适用"),
    "severity.critical": ("critical", "严重"),
    "severity.high": ("high", "高"),
    "severity.medium": ("medium", "中"),
    "severity.low": ("low", "低"),
    "severity.info": ("info", "提示"),
    "confidence.high": ("high", "高"),
    "confidence.medium": ("medium", "中"),
    "confidence.low": ("low", "低"),
}


def say(key: str, **values: object) -> Text:
    """Return a sentence of the catalogue with its values filled in.

    Raises:
        KeyError: The catalogue lacks the key, or the sentence a value.
    """
    en, zh = CATALOGUE[key]
    return Text(en.format_map(values), zh.format_map(values))
