"""Sentences of the stage."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences

TEXTS: Final = {
    "policy.fail.bare": ("the rule did not find it compliant", "规则未判定其符合"),
    "policy.undecided": ("{why}; {remedy}", "{why}；{remedy}"),
    "policy.remedy.opa": (
        "`auditor tools install opa`; `auditor tools doctor` tells how it stands",
        "运行 `auditor tools install opa` 安装；可用 `auditor tools doctor` 查看状态",
    ),
    "policy.remedy.rule": (
        "mend the rule that OPA names: `auditor policies test FOLDER` shows the error",
        "请修正 OPA 指出的规则：可用 `auditor policies test 目录` 查看错误",
    ),
    "policy.remedy.clash": (
        "give the package another name, outside of kubernetes, lib, parameters, auditor and system",
        "请更换包名，避开 kubernetes、lib、parameters、auditor 与 system",
    ),
    "policy.tests.none": ("{folder} holds no test (`*_test.rego`)", "{folder} 中没有测试（`*_test.rego`）"),
}

say: Final = sentences(TEXTS)
