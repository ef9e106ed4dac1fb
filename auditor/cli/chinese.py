# ruff: noqa: RUF001 - full-width marks are what this is about
"""What comes from elsewhere, in Chinese: click's words, reasons of the system, errors worded in English.

A module raises an error with an English sentence; where the language is Chinese, the sentence is found here by its
wording and said in Chinese. A test holds this table against every sentence in the code.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HELP: Final[Mapping[str, str]] = {
    "Usage:": "用法：",
    "Options:": "选项：",
    "Arguments:": "参数：",
    "Commands:": "命令：",
    "Show this message and exit.": "显示此帮助并退出。",
    "Install completion for the current shell.": "为当前 shell 安装补全。",
    "Show completion for the current shell, to copy it or customize the installation.": (
        "显示当前 shell 的补全脚本，可复制或自定义安装。"
    ),
    "[default:": "[默认：",
    "[required]": "[必填]",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]...",
}
"""Words of a help page."""

SYSTEM: Final[Mapping[str, str]] = {
    "No such file or directory": "文件或目录不存在",
    "Permission denied": "权限不足",
    "Operation not permitted": "不允许该操作",
    "Is a directory": "是目录",
    "Not a directory": "不是目录",
    "File exists": "文件已存在",
    "No space left on device": "磁盘空间不足",
    "Disk quota exceeded": "超出磁盘配额",
    "Too many levels of symbolic links": "符号链接层数过多",
    "Read-only file system": "文件系统只读",
    "File name too long": "文件名过长",
    "Input/output error": "输入输出错误",
    "Connection refused": "连接被拒绝",
    "Connection reset by peer": "连接被对端重置",
    "Broken pipe": "管道已断开",
    "Name or service not known": "域名无法解析",
    "Temporary failure in name resolution": "域名解析暂时失败",
    "Network is unreachable": "网络不可达",
    "No route to host": "没有到主机的路由",
    "Invalid argument": "参数无效",
    "Too many open files": "打开的文件过多",
    "Cannot allocate memory": "内存不足",
    "Device or resource busy": "设备或资源忙",
    "Directory not empty": "目录非空",
    "Text file busy": "文件正在使用",
}
"""Reasons of the operating system (``strerror``)."""

USAGE: Final[Mapping[str, str]] = {
    "No such option: {} (Possible options: {})": "没有选项 {0}（相近的有：{1}）",
    "No such option: {} Did you mean {}?": "没有选项 {0}，是否想用 {1}？",
    "No such option: {}": "没有选项 {0}",
    "No such command {}. Did you mean {}?": "没有命令 {0}，是否想用 {1}？",
    "No such command {}.": "没有命令 {0}",
    "Missing argument {}.": "缺少参数 {0}",
    "Missing option {}.": "缺少选项 {0}",
    "Missing command.": "缺少命令",
    "Missing parameter: {}": "缺少参数 {0}",
    "Got unexpected extra argument(s) ({})": "多余的参数（{0}）",
    "Option {} does not take a value.": "选项 {0} 不带值",
    "Option {} requires an argument.": "选项 {0} 需要一个值",
    "Option {} requires {} arguments.": "选项 {0} 需要 {1} 个值",
    "Argument {} takes {} values.": "参数 {0} 需要 {1} 个值",
    "Invalid value for {}: {} is not a valid {}.": "{0} 的值无效：{1} 不是有效的 {2}",
    "Invalid value for {}: {} is not in the range {}.": "{0} 的值无效：{1} 不在范围 {2} 内",
    "Invalid value for {}: {}": "{0} 的值无效：{1}",
    "Invalid value: {}": "值无效：{0}",
    "Aborted!": "已中止",
}
"""Messages of click, by their wording."""

ERRORS: Final[Mapping[str, str]] = {
    # -- what cannot be read or written ----------------------------------------------------------------------------
    "{} cannot be read: {}": "无法读取 {0}：{1}",
    "{} cannot be read as YAML: {}": "{0} 无法按 YAML 读取：{1}",
    "{} cannot be read as UTF-8 text: {}": "{0} 无法按 UTF-8 文本读取：{1}",
    "{} cannot be written: {}": "无法写入 {0}：{1}",
    "{} cannot be copied: {}": "无法复制 {0}：{1}",
    "{} cannot be searched: {}": "无法搜索 {0}：{1}",
    "{} cannot be pruned: {}": "无法清理 {0}：{1}",
    "{} is larger than {} bytes": "{0} 超过 {1} 字节",
    "{} is larger than {} bytes: this is no auditor.yaml": "{0} 超过 {1} 字节，不是 auditor.yaml",
    "{} has more than {} bytes": "{0} 超过 {1} 字节",
    "larger than {} MiB: {}": "超过 {0} MiB：{1}",
    "{}:{}: {} cannot be read: {}": "{0}:{1}：{2} 无法读取：{3}",
    "{}:{}: not YAML: {}": "{0}:{1}：不是 YAML：{2}",
    "{}: not YAML: {}": "{0}：不是 YAML：{1}",
    "{}:{}: more than {} values once aliases are written out": "{0}:{1}：展开别名后超过 {2} 个值",
    "{}:{}: nested more than {} deep (an alias that holds itself?)": "{0}:{1}：嵌套超过 {2} 层（别名引用了自身？）",
    "{}:{}: nested more than {} deep": "{0}:{1}：嵌套超过 {2} 层",
    "{}:{}: keys are plain words here": "{0}:{1}：此处的键须为普通文本",
    "{}:{}: key {} stands here twice": "{0}:{1}：键 {2} 重复",
    # -- auditor.yaml and targets ----------------------------------------------------------------------------------
    "{}:1: expected a mapping with system and targets; `auditor init` writes one": (
        "{0}:1：应为含 system 与 targets 的映射；可用 `auditor init` 生成"
    ),
    "{}:1: expected a mapping with fail_on, max_not_assessed, frameworks": (
        "{0}:1：应为含 fail_on、max_not_assessed、frameworks 的映射"
    ),
    "{}:{}: opa.tls: false is for a server of this machine only, not for {}": (
        "{0}:{1}：opa.tls: false 仅可用于本机服务器，不能用于 {2}"
    ),
    "{}:{}: unknown key {}: did you mean {}?": "{0}:{1}：未知的键 {2}，是否想用 {3}？",
    "{}:{}: unknown key {}: known here: {}": "{0}:{1}：未知的键 {2}；可用：{3}",
    "{}:{}: unknown key {} (known here: {}, zone)": "{0}:{1}：未知的键 {2}（可用：{3}、zone）",
    "{}:{}: {} is missing": "{0}:{1}：缺少 {2}",
    "{}:{}: {} is neither true nor false": "{0}:{1}：{2} 既不是 true 也不是 false",
    "{}:{}: {} is no whole number": "{0}:{1}：{2} 不是整数",
    "{}:{}: {} is no number": "{0}:{1}：{2} 不是数字",
    "{}:{}: {} is empty": "{0}:{1}：{2} 为空",
    "{}:{}: {} is no text": "{0}:{1}：{2} 不是文本",
    "{}:{}: {} is no mapping": "{0}:{1}：{2} 不是映射",
    "{}:{}: {} is no list": "{0}:{1}：{2} 不是列表",
    "{}:{}: {} is less than {}": "{0}:{1}：{2} 小于 {3}",
    "{}:{}: {} is more than {}": "{0}:{1}：{2} 大于 {3}",
    "{}:{}: {} is none of {}": "{0}:{1}：{2} 不是下列值之一：{3}",
    "{}:{}: {} does not have the form {}": "{0}:{1}：{2} 不符合格式 {3}",
    "{}:{}: {} has fewer than {} characters": "{0}:{1}：{2} 少于 {3} 个字符",
    "{}:{}: {} has more than {} characters": "{0}:{1}：{2} 多于 {3} 个字符",
    "{}:{}: {} has {} entries of at least {}": "{0}:{1}：{2} 只有 {3} 项，至少须有 {4} 项",
    "{}:{}: {} has {} entries of at most {}": "{0}:{1}：{2} 有 {3} 项，至多 {4} 项",
    "{}:{}: {} is not accepted: {}": "{0}:{1}：{2} 不被接受：{3}",
    "{}:{}: expected a list of {}": "{0}:{1}：应为 {2} 的列表",
    "target {} is neither a folder nor kind=where; kinds: {}": "目标 {0} 既不是目录，也不是 kind=where；类型：{1}",
    "no such folder: {}; give a folder, or kind=where with a kind of {}": (
        "目录不存在：{0}；请给出目录，或 kind=where，类型为 {1}"
    ),
    "no such folder: {}": "目录不存在：{0}",
    "target {} is given twice": "目标 {0} 重复",
    "a target of kind {} names no place to look at": "类型为 {0} 的目标未写明位置",
    "join names {} twice": "join 中 {0} 重复",
    "gate.rego {} cannot be read: {}": "无法读取 gate.rego {0}：{1}",
    "unknown framework {}: did you mean {}?": "未知的标准 {0}，是否想用 {1}？",
    "unknown framework {}: known: {}": "未知的标准 {0}；可用：{1}",
    "unknown stage {}: did you mean {}?": "未知的阶段 {0}，是否想用 {1}？",
    "unknown stage {}: known: {}": "未知的阶段 {0}；可用：{1}",
    "unknown {} {}: did you mean {}?": "未知的 {0} {1}，是否想用 {2}？",
    "unknown {} {}: known: {}": "未知的 {0} {1}；可用：{2}",
    "unknown {} {}: {}": "未知的 {0} {1}：{2}",
    "{} is no folder: auditor init needs one to search": "{0} 不是目录：auditor init 需要一个目录",
    "{} is there already; --force replaces it": "{0} 已存在；--force 可覆盖",
    "a configuration cannot name a place whose name is no UTF-8: {}; rename it": (
        "配置无法写入名称不是 UTF-8 的位置：{0}；请重命名"
    ),
    # -- runs and evidence -----------------------------------------------------------------------------------------
    "no run {}: give the folder of a run (it holds record.json), a run id below {}, or latest": (
        "没有运行 {0}：请给出运行目录（含 record.json）、{1} 下的运行编号，或 latest"
    ),
    "no run {} in {}": "{1} 中没有运行 {0}",
    "{} is not the latest run of this installation here (it came with the folder, was changed, or was written under "
    "another AUDITOR_STATE): name the run by its path, as in run:{}/<id>, if you trust whoever wrote it": (
        "{0} 不是本安装在此处的最近一次运行（随目录带入、被改动，或在另一 AUDITOR_STATE 下写入）："
        "若信任其来源，请写明路径，如 run:{1}/<编号>"
    ),
    "{} cannot be made: {} is no folder; name another folder with --output": (
        "无法创建 {0}：{1} 不是目录；请用 --output 指定其他目录"
    ),
    "{} cannot be written: no permission in {}; name another folder with --output": (
        "无法写入 {0}：{1} 中权限不足；请用 --output 指定其他目录"
    ),
    "{} is not empty any more: {} was written there meanwhile": "{0} 已非空：其间写入了 {1}",
    "{} is a link, which is not followed: remove it, or name another folder with --output": (
        "{0} 是符号链接，不予跟随：请删除，或用 --output 指定其他目录"
    ),
    "{} cannot be used: {}; name another folder with --output": "无法使用 {0}：{1}；请用 --output 指定其他目录",
    "reports cannot be written to {}: {}": "无法将报告写入 {0}：{1}",
    "{} is not empty: name a folder that is absent or empty": "{0} 非空：请指定不存在或为空的目录",
    "{} is no folder: name a folder that is absent or empty": "{0} 不是目录：请指定不存在或为空的目录",
    "the run cannot be written to {}: {}; name another folder with --output": (
        "无法将运行写入 {0}：{1}；请用 --output 指定其他目录"
    ),
    "the bundle {} cannot be written: {} cannot be written to, or a folder has its name": (
        "无法写入证据包 {0}：{1} 不可写，或已有同名目录"
    ),
    "the bundle {} cannot be written: {}": "无法写入证据包 {0}：{1}",
    "the bundle cannot be unpacked to {}: {}": "无法将证据包解包到 {0}：{1}",
    "{} is not sealed: it has no {}": "{0} 未封存：缺少 {1}",
    "the run before, {}, is not as it was sealed; move it away to go on without it": (
        "前一次运行 {0} 与封存时不同；如需继续，请将其移走"
    ),
    "the seal of the run before, {}, cannot be read: {}": "无法读取前一次运行 {0} 的封签：{1}",
    "the run before, {}, does not verify: {}; move it away to go on without it": (
        "前一次运行 {0} 校验未通过：{1}；如需继续，请将其移走"
    ),
    "{}: {}: neither a file nor a folder that a run makes": "{0}：{1}：不是运行产生的文件或目录",
    "{} unpacks to more than {} bytes": "{0} 解压后超过 {1} 字节",
    "a record of schema {} is not supported (expected {})": "不支持格式为 {0} 的记录（应为 {1}）",
    "finding {} names gap {}, there are {}": "结果 {0} 引用了缺口 {1}，共有 {2} 个",
    "{} is no record of a run (schema {}): {}": "{0} 不是运行记录（格式 {1}）：{2}",
    "{} is not as auditor writes it: {}": "{0} 与 auditor 写入的不同：{1}",
    "{}: the manifest is not spelled as auditor spells it": "{0}：清单写法与 auditor 不同",
    "{}: manifest of schema {} (expected {}): made by another version of auditor": (
        "{0}：清单格式为 {1}（应为 {2}）：由其他版本的 auditor 生成"
    ),
    "{}: no manifest: {}": "{0}：不是清单：{1}",
    "{}: the manifest lists {} twice, out of order, or outside the run": "{0}：清单中 {1} 重复、次序有误或在运行之外",
    "{} is of a version before 0.2: its record names no systems, and cannot be replayed": (
        "{0} 来自 0.2 之前的版本：记录未写明系统，无法重新判定"
    ),
    "{} holds no facts: give the whole folder of the run, not its record alone": (
        "{0} 不含事实：请给出整个运行目录，而非仅有记录"
    ),
    "{}: a fact or gap belongs to {}, which is no part of the run": "{0}：有事实或缺口属于 {1}，它不在该次运行中",
    "{} holds facts of a kind that this version of auditor does not know": "{0} 含有本版本不识别的事实种类",
    "the run was judged by the policy {} ({}), which it does not hold (missing in all: {}): name the folder with "
    "--policies": "该次运行所用策略 {0}（{1}）未随运行保存（共缺少 {2} 个）：请用 --policies 指定目录",
    "a hold names who asked for it (--by) and why (--reason)": "保全须写明申请人（--by）与原因（--reason）",
    "run {} is not held": "运行 {0} 未被保全",
    "key {} has signed this already": "密钥 {0} 已签名",
    "what the signer of key {} gave does not verify with its public key": "密钥 {0} 的签名无法用其公钥验证",
    "{}: payload of type {} (expected {})": "{0}：内容类型为 {1}（应为 {2}）",
    "{}: damaged: it does not match the digest that it ends with": "{0}：已损坏：与末尾的摘要不符",
    "{}: base64 with stray bits": "{0}：base64 含多余比特",
    "{}: signature {} brings the key {}": "{0}：签名 {1} 附带密钥 {2}",
    "{}: schema {} (expected {}): made by another version of auditor": (
        "{0}：格式为 {1}（应为 {2}）：由其他版本的 auditor 生成"
    ),
    "{}: no seal: {}": "{0}：没有封签：{1}",
    "{}: broken base64": "{0}：base64 有误",
    "the time stamp of {} is of no use: {}": "{0} 的时间戳无效：{1}",
    "{} is no address of a time-stamp authority (expected http://… or https://…)": (
        "{0} 不是授时机构地址（应为 http://… 或 https://…）"
    ),
    "the time-stamp authority {} answered {}, {} bytes": "授时机构 {0} 应答 {1}，{2} 字节",
    "the time-stamp authority {} cannot be asked: {}": "无法访问授时机构 {0}：{1}",
    "--sign {}{}: expected {}PUBLIC.pem:PROGRAM ARGUMENT…": "--sign {0}{1}：应为 {2}PUBLIC.pem:PROGRAM ARGUMENT…",
    "the key {} cannot be used: {} (its password is read from the variable {})": (
        "无法使用密钥 {0}：{1}（口令取自环境变量 {2}）"
    ),
    "--sign {}{}: {}": "--sign {0}{1}：{2}",
    "the signer {} did not sign: {}: {}": "签名程序 {0} 未签名：{1}：{2}",
    "the signer {} did not sign: {}": "签名程序 {0} 未签名：{1}",
    "the workbook cannot be written: {}": "无法写入工作簿：{0}",
    "the key {} has fewer than {} octets": "密钥 {0} 少于 {1} 字节",
    "the key {} lies in the folder that is shared": "密钥 {0} 位于被共享的目录中",
    "the key {} cannot be read or made: {}": "无法读取或生成密钥 {0}：{1}",
    "{}:{}: expected host, ip or user, and a name": "{0}:{1}：应为 host、ip 或 user，以及名称",
    # -- vulnerability database ------------------------------------------------------------------------------------
    "--distribution {} names no release (expected openeuler:22.03-LTS-SP3)": (
        "--distribution {0} 未写明发行版版本（如 openeuler:22.03-LTS-SP3）"
    ),
    "{} {} is no time (expected 2026-11-28T00:00:00Z)": "{0} {1} 不是时间（如 2026-11-28T00:00:00Z）",
    "--created {} is no time (expected 2026-11-28T00:00:00Z)": "--created {0} 不是时间（如 2026-11-28T00:00:00Z）",
    "the feeds cannot have been fetched ({}) after the build ({})": "数据源的获取时间（{0}）不能晚于构建时间（{1}）",
    "the feed {} does not tell when it was changed: say when it was fetched (--fetched TIME)": (
        "数据源 {0} 未写明更新时间：请用 --fetched 时间 指明获取时间"
    ),
    "it holds no {} at its top": "其顶层没有 {0}",
    "a signature is checked by both: {}, is missing": "校验签名需要两者：缺少 {0}",
    "{} is not signed by a trusted key": "{0} 未由受信任的密钥签名",
    "{} is no manifest of the form {}": "{0} 不是格式为 {1} 的清单",
    "{} is not what was signed: SHA-256 {} (signed {})": "{0} 与签名内容不同：SHA-256 {1}（签名为 {2}）",
    "{} has SHA-256 {} (expected {})": "{0} 的 SHA-256 为 {1}（应为 {2}）",
    "{} was built {}, the database in use {}: --allow-rollback takes it all the same": (
        "{0} 构建于 {1}，现用漏洞库构建于 {2}：如仍需导入请用 --allow-rollback"
    ),
    "{} cannot be written: {}; AUDITOR_DB names another folder": "无法写入 {0}：{1}；可用 AUDITOR_DB 指定其他目录",
    "it is larger than {} GiB, and no database is": "超过 {0} GiB，不可能是漏洞库",
    "{} is refused: it cannot be unpacked: {}": "拒绝 {0}：无法解包：{1}",
    "{} is no signed manifest: {}": "{0} 不是签名清单：{1}",
    "{} is refused: grype's report on the self-test cannot be read: {}": "拒绝 {0}：无法读取 grype 的自测报告：{1}",
    "{} is refused: grype fails on it: {}": "拒绝 {0}：grype 无法使用：{1}",
    "{} is refused: in the self-test grype does not find {} in {}": "拒绝 {0}：自测中 grype 未在 {2} 中发现 {1}",
    "{} is refused: in the self-test grype finds {} in {}, where it is fixed": (
        "拒绝 {0}：自测中 grype 在已修复的 {2} 中报告了 {1}"
    ),
    "{} is refused: {}": "拒绝 {0}：{1}",
    "{} holds no file of advisories ({}, packed or not)": "{0} 中没有安全公告文件（{1}，可压缩）",
    "no JSON: {}": "不是 JSON：{0}",
    "line {} is longer than {} MiB": "第 {0} 行超过 {1} MiB",
    "line {}: a probability is not between 0 and 1": "第 {0} 行：概率不在 0 与 1 之间",
    "it holds more than {} members": "成员超过 {0} 个",
    "{} holds more than {} files": "{0} 中的文件超过 {1} 个",
    "line {} is no row of an EPSS table": "第 {0} 行不是 EPSS 表的行",
    "no form of advisories that is known here ({}, packed or not)": "不是可识别的安全公告格式（{0}，可压缩）",
    "one JSON document of more than {} MiB; give one record a line (.jsonl)": (
        "单个 JSON 文档超过 {0} MiB；请每行一条记录（.jsonl）"
    ),
    # -- demo ------------------------------------------------------------------------------------------------------
    "{} holds something else than the example platform; name another folder with --folder": (
        "{0} 中不是示例平台；请用 --folder 指定其他目录"
    ),
    "{} holds something else than what the demo writes there": "{0} 中不是示例平台写入的内容",
    "cannot copy the recorded nodes into {}: {}": "无法将节点记录复制到 {0}：{1}",
    "cannot write into {}: {}": "无法写入 {0}：{1}",
    "cannot unpack the example platform: {} is not empty (expected an absent or empty folder)": (
        "无法解包示例平台：{0} 非空（应为不存在或为空的目录）"
    ),
    "cannot unpack the example platform into {}: {}": "无法将示例平台解包到 {0}：{1}",
    "cannot copy the example SBOM into {}: {}": "无法将示例 SBOM 复制到 {0}：{1}",
    "cannot write the images of the demo into {}: {}": "无法将示例镜像写入 {0}：{1}",
    "cannot write the example platform into {}: {}": "无法将示例平台写入 {0}：{1}",
    # -- rules and the installation --------------------------------------------------------------------------------
    "no rulesets beside {}: the installation is incomplete, install auditor again": (
        "{0} 旁没有 rulesets：安装不完整，请重新安装 auditor"
    ),
    "no rules in {}: the installation is incomplete": "{0} 中没有规则：安装不完整",
    "rule file {} is no mapping": "规则文件 {0} 不是映射",
    "{} is no variant of {}": "{0} 不是 {1} 的变体",
    "rule file {} cannot be read: {}": "无法读取规则文件 {0}：{1}",
    "rule file {} lacks a field or has a wrong one: {}": "规则文件 {0} 缺少字段或字段有误：{1}",
    "rule file {} outranks {}, which is no rule": "规则文件 {0} 的 outranks 指向不存在的规则 {1}",
    "{} stands in {} already": "{0} 已在 {1} 中",
    "rulesets/{}/checks.yaml and the stage's checks.py do not match one to one: {}": (
        "rulesets/{0}/checks.yaml 与该阶段的 checks.py 不一一对应：{1}"
    ),
    "rulesets/{}/checks.yaml has no check {}": "rulesets/{0}/checks.yaml 中没有检查项 {1}",
    "{} is no list of checks: {}": "{0} 不是检查项列表：{1}",
    "schema {} is not supported (expected {})": "不支持格式 {0}（应为 {1}）",
    "section {} is not listed": "章节 {0} 未列出",
    "when is {} (expected always or asked)": "when 为 {0}（应为 always 或 asked）",
    "{} has an unknown field {} (known: {})": "{0} 有未知字段 {1}（可用：{2}）",
    "{} is no version (expected 1.34)": "{0} 不是版本（如 1.34）",
    "{} has no edition {} (known: {})": "{0} 没有版本 {1}（可用：{2}）",
    "{}: framework {} stands in another file, too": "{0}：标准 {1} 也在另一文件中",
    "{}: {} is missing": "{0}：缺少 {1}",
    "control {}: {}": "控制项 {0}：{1}",
    "line {}: {}": "第 {0} 行：{1}",
    "key {}": "公钥 {0}",
    "rulesets/{}/checks.yaml: {}: {}": "rulesets/{0}/checks.yaml：{1}：{2}",
    "control {} stands there twice": "控制项 {0} 重复",
    "{} is no folder of Rego policies": "{0} 不是 Rego 策略目录",
    "policies: two folders are called {}: rename one, their files could not be told apart": (
        "policies：有两个目录名为 {0}：请重命名其一，否则其文件无法区分"
    ),
    "{} has no package": "{0} 没有 package",
    "METADATA of {} is no mapping": "{0} 的 METADATA 不是映射",
    "custom is no mapping": "custom 不是映射",
    "{} is {}, expected one of {}": "{0} 为 {1}，应为 {2} 之一",
    "{} is {}, expected {}": "{0} 为 {1}，应为 {2}",
    "METADATA of {} is no YAML: {}": "{0} 的 METADATA 不是 YAML：{1}",
    "METADATA of {}: {}": "{0} 的 METADATA：{1}",
    "{} has no METADATA in front of its package": "{0} 的 package 之前没有 METADATA",
    "rulesets/{}/sla.yaml: days is no table of whole numbers": "rulesets/{0}/sla.yaml：days 不是整数表",
    "{} is no table": "{0} 不是表",
    "{} is not as it should be: {} {}": "{0} 有误：{1} {2}",
    "{} is not as it should be: {}": "{0} 有误：{1}",
    # -- images, SBOMs, endpoints, key stores ----------------------------------------------------------------------
    "key {} cannot be read: {}": "无法读取公钥 {0}：{1}",
    "unknown SBOM profile {} (known: {})": "未知的 SBOM 要素集 {0}（可用：{1}）",
    "{} is no licence policy: {}": "{0} 不是许可证策略：{1}",
    "{}: more than {} endpoints": "{0}：端点超过 {1} 个",
    "{}: {} file {} holds no certificate": "{0}：{1} 文件 {2} 不含证书",
    "{}: {} file {} cannot be read: {}": "{0}：无法读取 {1} 文件 {2}：{3}",
    "{}: {} file {}: {}": "{0}：{1} 文件 {2}：{3}",
    "unknown TLS profile {}: known: {}, or a file": "未知的 TLS 配置 {0}；可用：{1}，或文件",
    "tls={}: neither host:port nor a file that is there": "tls={0}：既不是 host:port，也不是已有文件",
    "{}:{}: {} is no endpoint; expected host:port": "{0}:{1}：{2} 不是端点；应为 host:port",
    "{}: product_certificates: expires {} is no day; write 2027-12-31": (
        "{0}：product_certificates：expires {1} 不是日期；请写作 2027-12-31"
    ),
    "{}: client needs sign, sign_key, enc and enc_key": "{0}：client 需要 sign、sign_key、enc 与 enc_key",
    "{}: client {}_key holds no SM2 key in the clear; use a key of a test account": (
        "{0}：client {1}_key 不含明文 SM2 密钥；请使用测试账号的密钥"
    ),
    "{}: client {}_key does not belong to client {}": "{0}：client {1}_key 与 client {2} 不匹配",
    "the snapshot was changed after it was written: its digests do not fit what it says": (
        "快照写入后被改动：摘要与内容不符"
    ),
    "a password stands in the connection: give it as PGPASSWORD or in ~/.pgpass": (
        "连接串中含口令：请改用 PGPASSWORD 或 ~/.pgpass"
    ),
    "the variable {} is named as the place of a token, and is not set": "指定存放令牌的环境变量 {0} 未设置",
    "what {} holds is no token: blanks or other characters are in it": "{0} 中不是令牌：含有空白或其他字符",
    "the file of the token cannot be read: {}: {}": "无法读取令牌文件：{0}：{1}",
    "{} is no address of the form https://host:port": "{0} 不是 https://host:port 形式的地址",
    "the answer had not ended after {} s": "{0} 秒后应答仍未结束",
    # -- programs --------------------------------------------------------------------------------------------------
    "{}: {} has SHA-256 {} (expected {}): compare both with what the publisher announces, then correct the mirror or "
    "the pin file": "{0}：{1} 的 SHA-256 为 {2}（应为 {3}）：请与发布方公布的值核对，并更正镜像或锁定文件",
    "{} in {} is not what was installed ({})": "{1} 中的 {0} 与安装时不同（{2}）",
    "{} in {} cannot be read: {}": "无法读取 {1} 中的 {0}：{2}",
    "{} has schema {} (expected {})": "{0} 的格式为 {1}（应为 {2}）",
    "{} is no list of installed files ({})": "{0} 不是安装文件清单（{1}）",
    "AUDITOR_PINS={} is no file": "AUDITOR_PINS={0} 不是文件",
    "pin file {} cannot be read: {}": "无法读取锁定文件 {0}：{1}",
    "pin file {}: {} must be a table, named in lower case": "锁定文件 {0}：{1} 须为小写命名的表",
    "{} is neither a wrapped program nor a stage that needs one{}": "{0} 既不是外部程序，也不是需要外部程序的阶段{1}",
    "{} in {} was exchanged together with its list: {} is not {}": "{1} 中的 {0} 连同清单被替换：{2} 不是 {3}",
    "no such wrapped program: {} (known: {})": "没有外部程序 {0}（可用：{1}）",
    "{}: {} was exchanged while it was in use": "{0}：{1} 在使用中被替换",
    "{}: {} {}: use ours (`auditor tools install {}`{}), or insist with `--allow-tool {}`": (
        "{0}：{1} {2}：请使用本工具安装的版本（`auditor tools install {3}`{4}），或用 `--allow-tool {5}` 强制使用"
    ),
    "{}: `auditor tools install {}` makes it anew": "{0}：可用 `auditor tools install {1}` 重新安装",
    "the self-test of SM algorithms failed: {}": "商用密码算法自测失败：{0}",
}
"""Errors by their English wording; ``{}`` stands for a value, ``{0}`` for the first of them."""

_LEAST_LETTERS: Final = 3


def help_page(text: str) -> str:
    """Return a help page of click with its own words in Chinese."""
    for english, chinese in HELP.items():
        text = re.sub(r"\s+".join(map(re.escape, english.split(" "))), chinese, text)
    return re.sub(r"(?<=用法：|默认：) ", "", text)


def usage(text: str) -> str:
    """Return a message of click in Chinese; one that is not known stays."""
    return _said(text, "usage") or text


def error(text: str) -> str:
    """Return an error in Chinese, with what the operating system says of it; lines of a list one by one."""
    lines = [_said(line, "errors") or line for line in text.splitlines()]
    return system("\n".join(lines))


def system(text: str) -> str:
    """Return a text with reasons of the operating system in Chinese."""
    for english, chinese in SYSTEM.items():
        text = text.replace(english, chinese)
    return re.sub(r"\[Errno \d+\] ", "", text)


def _said(text: str, table: str) -> str:
    for pattern, chinese in _patterns(table):
        if found := pattern.fullmatch(text):
            return chinese.format(*found.groups())
    return ""


@cache
def _patterns(table: str) -> list[tuple[re.Pattern[str], str]]:
    """Return the table as patterns, those with most words first."""
    given = {"usage": USAGE, "errors": ERRORS}[table]
    longest = sorted(given.items(), key=lambda pair: -len(pair[0].replace("{}", "")))
    return [(as_pattern(english), chinese) for english, chinese in longest]


def as_pattern(english: str) -> re.Pattern[str]:
    """Return what a sentence with ``{}`` for each value matches."""
    return re.compile("(.+?)".join(map(re.escape, english.split("{}"))), re.DOTALL)


def needs_words(english: str) -> bool:
    """Tell whether a sentence has words of its own, and is not only values and marks."""
    return sum(letter.isalpha() for letter in english.replace("{}", "")) >= _LEAST_LETTERS
