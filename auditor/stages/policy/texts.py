"""Sentences of the stage."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences

TEXTS: Final = {
    "policy.fail.bare": ("the rule did not find it compliant", "规则未判定其符合"),
    "policy.provider": (
        "the provider runs the control plane and does not show it",
        "控制平面由云服务商托管，不对用户开放",
    ),
    "policy.no_etcd": (
        "the API server keeps its data in SQL or dqlite behind a socket of its node: there is no etcd",
        "API 服务器经本机套接字使用 SQL 或 dqlite 存储数据，不存在 etcd",
    ),
    "policy.no_kube_proxy": ("kube-proxy runs on none of the nodes collected", "所采集的节点上均未运行 kube-proxy"),
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
    "policy.remedy.pod": (
        "mend the pod as the API server demands (`kubectl apply --dry-run=server`)",
        "请按 API Server 的要求修正 Pod 定义（`kubectl apply --dry-run=server`）",
    ),
    "policy.remedy.value": (
        "correct the value where it is set: the program that reads it cannot understand it either",
        "请在设置处更正该取值：读取它的程序同样无法解析",
    ),
    "policy.tests.none": ("{folder} holds no test (`*_test.rego`)", "{folder} 中没有测试（`*_test.rego`）"),
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
