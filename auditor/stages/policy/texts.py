"""Sentences of the stage."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences

TEXTS: Final = {
    "policy.hook": ("{actual} (a Helm hook: {hook})", "{actual}（Helm 钩子：{hook}）"),
    "policy.remedy.installed": (
        "render what it installs and give it as a target of its own, or audit the cluster: kubernetes=context:NAME",
        "请渲染其安装的内容并作为单独目标提供，或直接审计集群：kubernetes=context:NAME",
    ),
    "policy.remedy.unseen": (
        "audit the cluster, where the pods of its controller are (kubernetes=context:NAME), or give its definition "
        "(CustomResourceDefinition) where it makes none",
        "请审计集群（kubernetes=context:NAME，可看到控制器创建的 Pod）；若该类资源不创建 Pod，请一并提供其 CustomResourceDefinition",
    ),
}

say: Final = sentences(TEXTS)
