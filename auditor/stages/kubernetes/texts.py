"""Sentences of this stage that stand in no other place, in both languages."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences

TEXTS: Final = {
    "kubernetes.remedy.secret": (
        "give the Secret with its certificate, or let auditor read it (`certificates: true`); the key is never kept",
        "请提供含证书的 Secret，或允许 auditor 读取（certificates: true）；私钥不会被保存",
    ),
}

say: Final = sentences(TEXTS)
