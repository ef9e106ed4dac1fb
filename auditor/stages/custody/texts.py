"""Sentences of this stage in both languages; those of its checks stand in ``rulesets/custody/checks.yaml``."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences

TEXTS: Final[dict[str, tuple[str, str]]] = {
    # -- what to do to have something seen
    "custody.remedy.capability": (
        "give the token `{capability}` on {path}: `auditor collect vault --print-policy` prints the policy that the audit needs",
        "请为令牌授予 {path} 的 `{capability}` 权限：`auditor collect vault --print-policy` 可输出审计所需的策略",
    ),
    "custody.remedy.again": ("see that the server is well, and run again", "请确认服务器运行正常后重新运行"),
    "custody.remedy.ca": (
        "name the certificate authority of the server: VAULT_CACERT, or `ca` in auditor.yaml",
        "请指定服务器的 CA 证书：VAULT_CACERT 或 auditor.yaml 中的 `ca`",
    ),
    "custody.remedy.address": (
        "give the address of the active node itself; redirects are not followed",
        "请给出主节点自身的地址；不跟随重定向",
    ),
    "custody.remedy.token": (
        "give a token that is alive in VAULT_TOKEN, in the variable named by --token-env, or in a file",
        "请通过 VAULT_TOKEN、--token-env 指定的变量或文件提供有效令牌",
    ),
    "custody.remedy.sealed": ("initialise and unseal the server, and run again", "请初始化并解封服务器后重新运行"),
    "custody.remedy.file": (
        "mend the file or its permissions, or leave it out of the target",
        "请修正文件内容或权限，或将其移出目标",
    ),
    "custody.remedy.twice": ("say it in one place only", "请只在一处设置"),
    "custody.remedy.policy_text": ("mend the policy: the server would refuse it", "请修正该策略：服务器会拒绝它"),
    "custody.remedy.host": (
        "add facts of the host (custody-host/1 with `swap`), or a unit with MemorySwapMax=0",
        "请补充主机信息（custody-host/1 中的 `swap`），或在单元文件中设置 MemorySwapMax=0",
    ),
    "custody.remedy.nothing": (
        "name a configuration (vault.hcl), a folder of them, policies, ceremony records, or a snapshot of `auditor collect vault`",
        "请给出配置文件（vault.hcl）、配置目录、策略、密钥仪式记录，或 `auditor collect vault` 的快照",
    ),
    "custody.give.live": (
        "audit the server itself (custody=https://…), or add a snapshot of `auditor collect vault`",
        "请直接审计服务器（custody=https://…），或加入 `auditor collect vault` 的快照",
    ),
    "custody.give.files": (
        "add the configuration of the server (custody=vault.hcl)",
        "请加入服务器配置文件（custody=vault.hcl）",
    ),
    "custody.give.records": ("add the folder of ceremony records", "请加入密钥仪式记录目录"),
    "custody.give.snapshots": ("add the newest raft snapshots of the server", "请加入服务器最近的 raft 快照"),
    "custody.give.package": ("add the offline package with its manifest", "请加入离线软件包及其清单"),
    "custody.give.host": (
        "add the unit of the service, or facts of the host (custody-host/1)",
        "请加入服务单元文件或主机信息（custody-host/1）",
    ),
    "custody.left.other": ("no configuration of a server, and no policy", "既不是服务器配置，也不是策略"),
    # -- why a check has no meaning for a subject
    "custody.na.tls_off": (
        "the listener has no TLS at all, which another check says",
        "该监听器未启用 TLS，另有检查项说明",
    ),
    "custody.na.unix": ("a unix socket leaves no machine", "unix 套接字不离开本机"),
    "custody.na.sm": ("commercial cryptography is not demanded of this site", "未要求该站点使用商用密码"),
    "custody.na.store": ("this store says nothing about it", "该密钥库不提供此信息"),
    "custody.na.open": ("the site is not said to be air-gapped", "该站点未声明为物理隔离"),
    # -- what decided
    "custody.why.list": ("{what}", "{what}"),
}

say: Final = sentences(TEXTS)
