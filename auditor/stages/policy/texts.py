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
    # -- commands and options ------------------------------------------------------------------------------------------
    "policies.built_in": (
        "{folder} holds the policies that auditor brings, which are no checks of your own: their tests run in the "
        "repository by `make policies`; name a folder of yours",
        "{folder} 存放 auditor 自带的策略，并非自定义检查项：其测试在代码仓库中以 `make policies` 运行；请指定您自己的目录",
    ),
    "policies.tested": (
        "tests passed: {passed}, failed: {failed}, errors: {errors}",
        "{passed} 项测试通过，{failed} 项失败，{errors} 个错误",
    ),
    "help.policies": ("Rego checks of your own.", "自定义的 Rego 检查项。"),
    "help.policies.test": (
        "Check METADATA of a folder of Rego checks and run its tests beside ours. Name the folder in auditor.yaml"
        " (`policies:`) to have it used.",
        "检查自定义 Rego 目录的 METADATA，并与内置策略一起运行其测试。在 auditor.yaml 的 policies 中指定该目录即可启用。",
    ),
    "help.policies.folder": ("folder with the policies and their tests", "策略及其测试所在目录"),
}

say: Final = sentences(TEXTS)
