"""Sentences of the stage."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences
from auditor.model.phrases import Phrases

TEXTS: Final = {
    "image.remedy.place": (
        "give an OCI layout (oci:DIR), an archive of docker save (docker-archive:FILE) or an unpacked root file system"
        " (rootfs:DIR)",
        "请提供 OCI 布局（oci:目录）、docker save 归档（docker-archive:文件）或解包后的根文件系统（rootfs:目录）",
    ),
    "image.remedy.copy": (
        "copy the image anew from the registry, for all of its platforms (skopeo copy --all)",
        "请从镜像仓库重新复制该镜像，并包含所有平台（skopeo copy --all）",
    ),
    "image.remedy.config": (
        "give the image itself, not its unpacked files: they hold no configuration",
        "请提供镜像本身而非解包后的文件，后者不含镜像配置",
    ),
    "image.remedy.history": (
        "build the image with a builder that writes a history",
        "请使用会写入构建历史的构建工具",
    ),
    "image.remedy.keys": (
        "name the public keys that you trust: image: [{{where: …, keys: [release.pub]}}] in auditor.yaml, or --key",
        "请在 auditor.yaml 的 image: [{{where: …, keys: [release.pub]}}] 中，或以 --key 指定受信任的公钥",
    ),
    "image.remedy.base": (
        "name the base images that you trust: image: [{{where: …, trusted_base: […]}}] in auditor.yaml",
        "请在 auditor.yaml 的 image: [{{where: …, trusted_base: […]}}] 中指定受信任的基础镜像",
    ),
    "image.remedy.release": (
        "add the last day of support of this release to rulesets/image/lists.yaml",
        "请在 rulesets/image/lists.yaml 中补充该发行版本的支持终止日期",
    ),
    "image.remedy.rpm": (
        "give an SBOM with the image (sbom=F@image=…): it is compared file by file",
        "请随镜像提供 SBOM（sbom=F@image=…），将逐个文件比对",
    ),
    "image.remedy.given": (
        "give it, too: image=oci:DIR, joined with the cluster",
        "请一并提供该镜像：image=oci:目录，并与集群关联",
    ),
    "image.remedy.limit": ("audit this image by itself, with more memory", "请单独审计该镜像并提供更多内存"),
    "image.no_user": ("no user is set, so it starts as root", "未设置用户，将以 root 启动"),
    "image.user_is_root": ("{user} is uid 0", "{user} 即 uid 0"),
    "image.user_unknown": ("{user} is not in etc/passwd", "{user} 不在 etc/passwd 中"),
    "image.user_shell": ("{user} has the login shell {login}", "{user} 的登录 shell 为 {login}"),
    "image.no_accounts": ("the image has no etc/passwd", "镜像中没有 etc/passwd"),
    "image.layer": ("layer {layer} ({digest})", "第 {layer} 层（{digest}）"),
    "image.layer_deleted": (
        "layer {layer} ({digest}); a later layer hides it, but it is still in the image",
        "第 {layer} 层（{digest}）；后续层已将其隐藏，但仍存在于镜像中",
    ),
    "image.certificate_expired": ("the certificate of the key is not valid now", "密钥证书当前无效"),
    "image.no_healthcheck": ("there is none", "未设置"),
    "image.healthcheck_none": ("it is switched off (NONE)", "已关闭（NONE）"),
    "image.constant_time": (
        "the time is a constant of a reproducible build: the real age is unknown",
        "该时间为可重现构建的固定值，实际构建时间未知",
    ),
    "image.future": ("it was made in the future", "构建时间晚于当前时间"),
    "image.no_name": ("it was given without a reference", "提供时不带引用名"),
    "image.no_distribution": ("it holds no distribution", "镜像不含发行版"),
    "image.no_packages": ("it holds no database of packages with digests", "镜像不含带摘要的软件包数据库"),
    "image.no_sources": ("it names no source of packages", "镜像中没有软件源配置"),
    "image.no_models": ("there is no model file", "没有模型文件"),
    "image.no_shadow": ("there is no file of passwords", "没有口令文件"),
    "image.of_test": ("it lies among tests or examples", "位于测试或示例目录"),
    "image.unsigned": ("no signature or attestation lies with it", "没有随附签名或证明"),
    "image.missing_labels": ("missing: {names}", "缺少：{names}"),
    "image.files": ("{count} files, {bytes} bytes", "{count} 个文件，{bytes} 字节"),
    "image.files.one": ("{count} file, {bytes} bytes", "{count} 个文件，{bytes} 字节"),
    "image.not_by_package": (
        "no package owns it, so where it is from is unknown; loading it may run code",
        "不属于任何软件包，来源不明；加载时可能执行代码",
    ),
    "image.bad_header": ("its header cannot be read: {detail}", "文件头无法解析：{detail}"),
    "image.age.expected": ("at most {count} days", "不超过 {count} 天"),
    "image.age.expected.one": ("at most {count} day", "不超过 {count} 天"),
    "image.age.actual": ("{count} days ({day})", "{count} 天（{day}）"),
    "image.age.actual.one": ("{count} day ({day})", "{count} 天（{day}）"),
    "image.age.unknown": ("the image does not say when it was built", "镜像未写明构建时间"),
    "image.masked": ("{value} ({shape})", "{value}（{shape}）"),
    "image.cache": ("{what}: {files}, {bytes} B", "{what}：{files}，{bytes} B"),
    "image.user_absent": ("no USER", "未设置 USER"),
    "image.used_until": ("used until {day} at the latest", "使用不晚于 {day}"),
    "image.not_by_others": ("not writable by everybody (o-w)", "其他用户不可写（o-w）"),
    "image.altered": (
        "{package} says {said}, the file is {found}",
        "{package} 记录为 {said}，文件实际为 {found}",
    ),
    "image.empty_password": ("the password is empty", "口令为空"),
    "image.no_shell": ("the shell is empty, which means /bin/sh", "shell 为空，即 /bin/sh"),
    "image.package_differs": ("{package} says {expected}", "{package} 记录为 {expected}"),
}

say: Final = sentences(TEXTS)

PHRASES: Final = {
    "compiler": "编译器",
    "debugger": "调试器",
    "network": "网络工具",
    "file": "文件",
    "folder": "目录",
    "{} files": "{0} 个文件",
    "private key": "私钥",
    "encrypted": "已加密",
    "key store": "密钥库",
    "credential file": "凭据文件",
    "environment file": "环境变量文件",
    "password hashes": "口令哈希",
    "service account of a cloud": "云服务账户",
    "secret of a build": "构建密钥",
    "object store": "对象存储",
    "Terraform state": "Terraform 状态文件",
    "{w} (test)": "{0}（测试）",
    "(test)": "（测试）",
    "{w} (as packaged)": "{0}（软件包原样自带）",
    "(as packaged)": "（软件包原样自带）",
    "unauthenticated packages": "未经认证的软件包",
    "certificates unverified": "未校验证书",
    "index without TLS": "索引未使用 TLS",
    "history of a shell": "shell 历史记录",
    "traces of an editor": "编辑器残留",
    "recipe of an image": "镜像构建文件",
    "recipe of a build": "构建流程文件",
    "notebook": "notebook",
    "version control": "版本控制目录",
    "test data": "测试数据",
    "build": "构建工具",
    "pickle (numpy objects)": "pickle（numpy 对象）",
    "pickle (torch archive)": "pickle（torch 归档）",
    "no GGUF magic": "缺少 GGUF 标识",
    "by its name": "依据文件名",
    "protocol 0": "协议 0",
    "cut off": "内容不完整",
    "no header": "没有文件头",
    "long header": "文件头过长",
    "version {}": "版本 {0}",
    "version {}, {} tensors": "版本 {0}，{1} 个张量",
    "value of {}": "{0} 的值",
    "signature": "签名",
    "attestation": "证明",
    "verified": "验证通过",
    "invalid": "无效",
    "unreadable": "无法读取",
    "other digest": "针对另一摘要",
    "no key fits": "没有匹配的密钥",
    "key block": "密钥文本",
    "password in address": "地址中的口令",
    "github token": "GitHub 令牌",
    "gitlab token": "GitLab 令牌",
    "cloud key": "云密钥",
    "chat token": "聊天工具令牌",
    "model key": "模型服务密钥",
    "payment key": "支付密钥",
    "registry token": "软件源令牌",
    "vault token": "Vault 令牌",
    "service token": "服务令牌",
    "age key": "age 密钥",
    "account key": "账户密钥",
}
"""Words of the facts: kinds of files and secrets, and their circumstances."""

both: Final = Phrases(PHRASES)
"""What was seen, in both languages."""
