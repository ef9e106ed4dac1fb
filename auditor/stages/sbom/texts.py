"""Sentences of the stage."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences
from auditor.model.phrases import Phrases

TEXTS: Final = {
    "sbom.remedy.document": (
        "give CycloneDX 1.2 to 1.7 or SPDX 2.2, 2.3 or 3 as JSON (SPDX as tag-value, too)",
        "请提供 CycloneDX 1.2–1.7 或 SPDX 2.2、2.3、3 的 JSON 文件（SPDX 亦可为 tag-value）",
    ),
    "sbom.remedy.image": (
        "give the image with it: sbom=FILE@image=oci:DIR",
        "请同时提供镜像：sbom=文件@image=oci:目录",
    ),
    "sbom.remedy.copy": (
        "copy the image anew from the registry, for all of its platforms (skopeo copy --all)",
        "请从镜像仓库重新复制该镜像，并包含所有平台（skopeo copy --all）",
    ),
    "sbom.remedy.tool": ("install syft: auditor tools install syft", "请安装 syft：auditor tools install syft"),
    "sbom.remedy.empty": (
        "say of which parts it is made: an image without a package database cannot be catalogued",
        "请说明其组成：没有软件包数据库的镜像无法编目",
    ),
    "sbom.remedy.platform": ("choose one: --platform linux/amd64", "请选择其一：--platform linux/amd64"),
    "sbom.remedy.keys": (
        "name the public keys that you trust: sbom: [{{where: …, keys: [release.pub]}}] in auditor.yaml, or --key",
        "请在 auditor.yaml 的 sbom: [{{where: …, keys: [release.pub]}}] 中，或以 --key 指定受信任的公钥",
    ),
    "sbom.remedy.lock": (
        "install from the lock file, or leave it out of the image",
        "请按锁定文件安装，或不要将其放入镜像",
    ),
    "sbom.remedy.vex": ("give a VEX document that can be read", "请提供可读取的 VEX 文档"),
    "sbom.no_digest": (
        "it names what it describes by no digest; a tag can mean another image tomorrow",
        "未以摘要标识其描述对象；标签明天可能指向另一镜像",
    ),
    "sbom.config_digest": (
        "it names the digest of the configuration; two images can share that",
        "其使用的是配置摘要；不同镜像可能具有相同的配置摘要",
    ),
    "sbom.missing": ("it is in the image, and the SBOM does not declare it", "镜像中存在，但 SBOM 未声明"),
    "sbom.extra": ("the SBOM declares it, and it is not in the image", "SBOM 已声明，但镜像中不存在"),
    "sbom.unlisted": ("the SBOM does not list it, and no component owns it", "SBOM 未列出，且不属于任何组件"),
    "sbom.unlisted_executable": (
        "it can be executed, the SBOM does not list it, and no component owns it",
        "可执行文件，SBOM 未列出，且不属于任何组件",
    ),
    "sbom.gone": ("the SBOM lists it, and it is not in the image", "SBOM 已列出，但镜像中不存在"),
    "sbom.changed": ("its digest is another than the SBOM says", "摘要与 SBOM 记录不符"),
    "sbom.kind": ("the SBOM lists a file, and it is something else", "SBOM 记录为文件，实际为其他类型"),
    "sbom.altered": ("its digest is another than its own package says", "摘要与所属软件包记录不符"),
    "sbom.layer": ("{what}; layer {layer}", "{what}；第 {layer} 层"),
    "sbom.element": ("{have} of {due} have it; missing in: {missing}", "{due} 个中 {have} 个具备；缺失：{missing}"),
    "sbom.agree": ("{agreed} of {counted} agree", "{counted} 项中 {agreed} 项一致"),
    "sbom.licence_deny": ("{licence} is refused by {policy}", "{policy} 禁止 {licence}"),
    "sbom.licence_review": ("{licence} is for a person to look at", "{licence} 须人工审查"),
    "sbom.licence_unknown": (
        "nothing is known of {licence}: not allowed is what is unknown",
        "{licence} 未知：未知即未获许可",
    ),
    "sbom.licence_none": ("it says nothing of its licence", "未说明许可证"),
    "sbom.no_components": ("it declares no component", "未声明任何组件"),
    "sbom.unsigned": ("it is in no signed envelope", "未置于签名信封中"),
    "sbom.signature_bad": ("no signature of it is by a trusted key", "没有受信任密钥的有效签名"),
    "sbom.signature_other": ("it is signed for another subject", "签名针对另一对象"),
    "sbom.signature_expired": ("the certificate of the key is not valid now", "密钥证书当前无效"),
    "sbom.no_vex": ("it holds no statement about a vulnerability", "不含漏洞声明"),
    "sbom.fault": ("{place}: {what}: {detail}", "{place}：{what}：{detail}"),
    "sbom.more": ("{items}; {count} more", "{items}；另有 {count} 项"),
    "sbom.vex.wrong": ("{name}: {what}", "{name}：{what}"),
    "sbom.vex.old": ("older than {count} days", "已超过 {count} 天"),
    "sbom.vex.old.one": ("older than {count} day", "已超过 {count} 天"),
    "sbom.components": ("{count} components", "{count} 个组件"),
    "sbom.components.one": ("{count} component", "{count} 个组件"),
    "sbom.statements": ("{count} statements", "{count} 条声明"),
    "sbom.statements.one": ("{count} statement", "{count} 条声明"),
    "sbom.drift": (
        "{added} added, {removed} removed, {changed} changed",
        "新增 {added}，移除 {removed}，变更 {changed}",
    ),
    # -- commands and options ------------------------------------------------------------------------------------------
    "sbom.no_packages": (
        "{name}: no package was found, which does not prove that there is none (a tree needs its lock files)",
        "{name}：未发现任何软件包，但不能证明其中没有（源码树需要锁文件）",
    ),
    "help.sbom": (
        "Make an SBOM, or verify one against the image it claims to describe.",
        "生成 SBOM，或对照镜像验证 SBOM。",
    ),
    "help.sbom.generate": (
        "Write CycloneDX 1.6 and SPDX 2.3 of an image or tree.",
        "为镜像或源码树生成 CycloneDX 1.6 与 SPDX 2.3。",
    ),
    "help.sbom.verify": (
        "Answer the nine questions to an SBOM: form, elements, completeness, truth, subject, signature, licences, drift, VEX.",
        "回答 SBOM 的九个问题：格式、要素、完整性、真实性、对象、签名、许可证、漂移、VEX。",
    ),
    "help.sbom.target": (
        "image=oci:DIR, image=docker-archive:FILE or code=DIR",
        "image=oci:目录、image=docker-archive:文件或 code=目录",
    ),
    "help.sbom.output": ("folder to write to", "输出目录"),
    "help.sbom.name": ("what to call what is described", "描述对象的名称"),
    "help.sbom.author": ("who answers for the SBOM; may be repeated", "SBOM 的责任人，可重复"),
    "help.sbom.supplier": ("who supplies what is described", "描述对象的供应商"),
    "help.sbom.created": (
        "time for the document (default: when the image was built; the clock has no say)",
        "文档时间（默认为镜像构建时间，不使用系统时钟）",
    ),
    "help.sbom.file": ("CycloneDX or SPDX, bare or in a DSSE envelope", "CycloneDX 或 SPDX 文件，可置于 DSSE 信封中"),
    "help.sbom.image": (
        "image that it claims to describe: oci:DIR, docker-archive:FILE, rootfs:DIR",
        "其描述的镜像：oci:目录、docker-archive:文件、rootfs:目录",
    ),
    "help.sbom.against": ("list where another SBOM disagrees about the components", "列出与另一 SBOM 在组件上的差异"),
    "help.sbom.profile": (
        "minimum elements: ntia-2021 (default), cisa-2025, bsi-tr-03183-2; may be repeated",
        "最小要素：ntia-2021（默认）、cisa-2025、bsi-tr-03183-2，可重复",
    ),
    "help.sbom.signed": ("an SBOM without a signature fails", "未签名的 SBOM 判为不符合"),
    "help.sbom.licences": ("file with a licence policy of your own", "自定义许可证策略文件"),
    # -- its table -------------------------------------------------------------------------------------------------
    "table.sbom": ("SBOM", "软件物料清单"),
}

say: Final = sentences(TEXTS)

PHRASES: Final = {
    "configuration only": "仅余配置文件",
    "file": "文件",
    "folder": "目录",
    "link": "链接",
    "link {}": "指向 {0} 的链接",
    "{} bytes": "{0} 字节",
    "against the schema": "不符合 schema",
    "purl malformed": "purl 格式有误",
    "hash malformed": "哈希格式有误",
    "bom-ref twice": "bom-ref 重复",
    "dependency twice": "依赖重复",
    "SPDXID twice": "SPDXID 重复",
    "{} (also {})": "{0}（另见 {1}）",
    "ref unresolved": "引用无法解析",
    "depends on itself": "依赖自身",
    "describes nothing": "未描述任何对象",
    "no package is described": "未描述任何软件包",
    "field missing or wrong": "字段缺失或有误",
    "{} is required": "{0} 为必填",
    "{} is required in SPDX 2.2": "{0} 在 SPDX 2.2 中为必填",
    "a file needs a SHA1": "文件须有 SHA1",
    "files were not analyzed": "未分析文件",
    "contradiction": "自相矛盾",
    "licence is no expression": "许可证不是有效的表达式",
    "relationship unknown": "未知的关系类型",
    "key given twice": "键重复",
    "{} is missing": "缺少 {0}",
    "{} is not known here": "此处无法识别 {0}",
    "is what it must not be": "为禁止的取值",
    "must not be here": "不应出现在此处",
    "{} is not in the list": "{0} 不在允许的取值中",
    "{} does not match {}": "{0} 不匹配 {1}",
    "{} holds one item twice": "{0} 含重复项",
    "{} is too short": "{0} 过短",
    "{} is too long": "{0} 过长",
    "{} has too few items": "{0} 项数过少",
    "{} has too many items": "{0} 项数过多",
    "{} is less than {}": "{0} 小于 {1}",
    "{} is more than {}": "{0} 大于 {1}",
    "fits none of {} forms: {w}": "{0} 种形式均不符合：{1}",
    "fits {} forms, of which it may be one": "同时符合 {0} 种形式，只可符合其一",
    "{} is no {}": "{0} 不是 {1}",
    "{} is not {}": "{0} 不等于 {1}",
    "status unknown": "状态未知",
    "no vulnerability": "未写明漏洞",
    "no justification": "未说明理由",
    "justification unknown": "理由不在标准取值中",
    "no author": "未写明作者",
    "no time": "未写明时间",
    "older than the SBOM": "早于 SBOM",
    "about nothing here": "与此处任何组件无关",
    "{} must be SPDXRef-DOCUMENT": "{0} 必须为 SPDXRef-DOCUMENT",
    "{} must be CC0-1.0": "{0} 必须为 CC0-1.0",
    "{} must be an absolute URI without #": "{0} 必须为不含 # 的绝对 URI",
    "{} must be a time as {}": "{0} 必须为 {1} 形式的时间",
    "{} must name at least one creator": "{0} 至少须写明一个创建者",
    "category, type and locator are required": "category、type 与 locator 为必填",
    "no JSON object": "不是 JSON 对象",
    "JSON within JSON": "JSON 层层嵌套",
    "the document nests deeper than any that is valid": "文档嵌套超过任何有效文档",
    "neither CycloneDX nor SPDX": "既非 CycloneDX 也非 SPDX",
    "key twice": "键重复",
    "byte {} is no UTF-8": "第 {0} 字节不是 UTF-8",
}
"""Words of the facts: what a format holds against a document, what makes a statement worthless, kinds of files."""

both: Final = Phrases(PHRASES)
"""What was seen, in both languages."""
