"""Sentences of this stage in both languages; those of its checks stand in ``rulesets/custody/checks.yaml``."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences
from auditor.model.phrases import Phrases
from auditor.model.text import Text

TEXTS: Final[dict[str, tuple[str, str]]] = {
    # -- what to do to have something seen
    "custody.remedy.capability": (
        "give the token `{capability}` on {path}: `auditor collect vault --print-policy` prints the policy that the audit needs",
        "请为令牌授予 {path} 的 `{capability}` 权限：`auditor collect vault --print-policy` 可输出审计所需的策略",
    ),
    "custody.remedy.too_many": (
        "the list is longer than what is read of one server: remove what is no longer used, or audit each namespace by itself",
        "列表超出单台服务器的读取上限：请清理不再使用的条目，或按命名空间分别审计",
    ),
    "custody.remedy.again": ("see that the server is well, and run again", "请确认服务器运行正常后重新运行"),
    "custody.remedy.ca": (
        "name the certificate authority of the server: VAULT_CACERT, or `ca` in auditor.yaml",
        "请指定服务器的 CA 证书：VAULT_CACERT 或 auditor.yaml 中的 `ca`",
    ),
    "custody.remedy.gateway": (
        "let this host reach the gateway, and give its host and port as `tlcp_gateway`",
        "请使本机可访问该网关，并以 `host:port` 形式填写 `tlcp_gateway`",
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

PHRASES: Final = {
    "no record of an unseal": "无解封记录",
    "the key lies beside the data": "密钥与数据同处",
    "a key of a cloud": "密钥位于云端",
    "no module": "非密码模块",
    "no share may be lost": "不允许丢失任何分片",
    "half are enough": "半数即可解封",
    "shares without fingerprint": "无指纹的分片",
    "shares are listed": "份分片已列出",
    "(default)": "（默认）",
    "is missing": "缺失",
    "is not set": "未设置",
    "is not known": "未知",
    "is not sent": "未发送",
    "is not declared": "未声明",
    "is not expected": "不在预期之内",
    "is no time": "不是时间",
    "the leader has no vote": "主节点无投票权",
    "an even number": "偶数",
    "voters": "个投票节点",
    "other services": "其他服务",
    "owner": "属主",
    "group": "属组",
    "may write": "可写",
    "everybody": "任何人",
    "listens beyond loopback": "监听范围超出回环地址",
    "pin in the file": "文件中含 PIN",
    "software encryption": "软件加密",
    "token only": "仅令牌",
    "without MFA": "未启用 MFA",
    "root key inside": "内含根密钥",
    "unsupported line": "不受支持的版本",
    "the stored licence differs": "存储的许可证不一致",
    "days left": "天后到期",
    "unexpected": "非预期",
    "sealed": "已密封",
    "the token is alive": "令牌仍有效",
    "revoked before it was made": "吊销时间早于生成时间",
    "newest version": "最新版本",
    "newest": "最新",
    "in the future": "在未来",
    "index does not grow": "索引未增长",
    "last rekey": "最近一次重新生成分片",
    "last": "最近一次",
    "ago": "前",
    "the record is not proven": "记录未通过验证",
    "custodians needed have signed": "名所需保管人已签名",
    "custodians": "名保管人",
    "no rekey after": "此后未重新生成分片：",
    "no SM key": "无商用密码密钥",
    "no SM algorithm": "非商用密码算法",
    "no escrow": "无托管证明",
    "two shares": "持有两份分片",
    "two offices": "兼任两职",
    "one certificate": "共用一张证书",
    "one organisation holds": "单一组织持有",
    "or more": "份或以上",
    "no release key was given": "未给出发布密钥",
    "the manifest is not signed": "清单未签名",
    "is not what the manifest says": "与清单不符",
    "is not in the manifest": "不在清单中",
    "is in the package": "在软件包中",
    "signed by": "签名者",
    "the signature does not verify": "签名验证失败",
    "the certificate does not chain to the ceremony root": "证书链未到达仪式根证书",
    "the certificate was not valid when the event ended": "事件结束时证书不在有效期内",
    "the certificate is not the one that the record names": "证书与记录所载不符",
    "no witness signed who is no custodian": "缺少非保管人的见证人签名",
    "signs twice, or with the certificate of another participant": "重复签名，或使用了他人的证书",
    "signed and took no part": "签名但未参与",
    "is not accepted": "不被接受",
    "previous_sm3 is not the digest of": "previous_sm3 与下列记录的摘要不符：",
    "the same event as in": "与下列记录为同一事件：",
    "it ended before it began": "结束时间早于开始时间",
    "it ended before": "结束时间早于",
    "the records before number": "缺少编号之前的记录：",
    "to no ceremony root": "未到仪式根证书",
    "no ceremony root was given, so that no certificate is proven": "未给出仪式根证书，证书均无法验证",
}
"""English phrase and Chinese."""
both: Final = Phrases(PHRASES)
"""What was seen, in both languages."""


MEASURES: Final = {
    "custody.who-can": Text(
        "Rights to a key that somebody holds; each with its path, who holds it, and the policies that give it",
        "密钥上被持有的权限数；逐项列出路径、持有者及授权策略",
    ),
}
"""What each measure counts, by its published id."""
