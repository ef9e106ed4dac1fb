"""Sentences of the stage."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences

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
    "sbom.drift": (
        "{added} added, {removed} removed, {changed} changed",
        "新增 {added}，移除 {removed}，变更 {changed}",
    ),
}

say: Final = sentences(TEXTS)
