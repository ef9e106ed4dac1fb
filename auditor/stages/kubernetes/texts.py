"""Sentences of the stage."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences

TEXTS: Final = {
    "kubernetes.remedy.secret": (
        "give the Secret with its certificate, or let auditor read it (`certificates: true`); the key is never kept",
        "请提供含证书的 Secret，或允许 auditor 读取（certificates: true）；私钥不会被保存",
    ),
    "kubernetes.remedy.rendered_first": (
        "render it with its own tool and give the result as a target",
        "请使用其自身工具渲染，并将结果作为审计目标提供",
    ),
    "kubernetes.remedy.dependency": (
        "fetch it first: helm dependency build CHART (it needs the network), then run again",
        "请先获取依赖：helm dependency build CHART（需要网络），然后重新运行",
    ),
    "kubernetes.remedy.template": (
        "give what the template asks for: values: [FILE], kube_version: or api_versions: of the target in auditor.yaml",
        "请提供模板所需的内容：在 auditor.yaml 的目标中设置 values: [文件]、kube_version: 或 api_versions:",
    ),
    "kubernetes.left.archive": ("an archive that is no packed chart", "该归档不是打包的 Chart"),
    "kubernetes.left.switched_off": (
        "this dependency is switched off by {condition} with the values given, and was not rendered",
        "按所给取值，该依赖由 {condition} 关闭，未渲染",
    ),
    "kubernetes.left.empty": (
        "{empty} of {all} templates made no object with {values}: {names}",
        "{all} 个模板中有 {empty} 个在{values}下未生成任何对象：{names}",
    ),
    "kubernetes.left.own_values": ("the chart's own values", "Chart 自带取值"),
    "kubernetes.left.given_values": ("the values given", "所给取值"),
    "kubernetes.left.switches": (
        "switched off with {values}: {names}",
        "在{values}下处于关闭状态：{names}",
    ),
    "kubernetes.literal.title": ("No secret is written out in an object", "对象中不写入明文密钥或口令"),
    "kubernetes.literal.problem": ("A secret is written out in an object", "对象中写有明文密钥或口令"),
    "kubernetes.literal.why": (
        "Whoever reads the repository, the release or the object has it, and it is the same in every installation.",
        "凡能读取代码仓库、发布记录或该对象者均可获得该密钥，且各处部署完全相同。",
    ),
    "kubernetes.literal.remediation": (
        "Keep it in a Secret that is made outside of the repository, mount it as a file, and change the one that was "
        "published.",
        "请将其存入在仓库之外创建的 Secret 并以文件方式挂载，同时更换已泄露的密钥。",
    ),
    "kubernetes.literal.fail": ("{name} holds a secret in plain text: {value}", "{name} 中含有明文密钥：{value}"),
}

say: Final = sentences(TEXTS)
