"""What a verification says, in both languages."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences

TEXTS: Final = {
    "step.seal": ("the seal is whole", "封签完整"),
    "step.seal.ok": (
        "run {run} of {system}, {started}; manifest SHA-256 {sha256}, SM3 {sm3}",
        "运行 {run}（{system}，{started}）；清单 SHA-256 {sha256}，SM3 {sm3}",
    ),
    "step.files": ("every file is as it was sealed", "全部文件与封存时一致"),
    "step.files.ok": (
        "files {count}, bytes {bytes}: SHA-256 of all, SM3 of {sm3}; none missing, none added",
        "文件 {count} 个、{bytes} 字节：全部核对 SHA-256，{sm3} 个核对 SM3；无缺失、无新增",
    ),
    "step.files.bad": ("files that are not as sealed: {count}", "与封存时不一致的文件：{count} 个"),
    "file.is": ("{path}: {what}", "{path}：{what}"),
    "file.missing": ("missing", "缺失"),
    "file.added": ("added: the seal does not know it", "新增：不在封存清单中"),
    "file.changed": ("changed", "内容已改变"),
    "step.record": ("the record belongs to the seal and rests on what is there", "记录与封签对应，所引证据齐全"),
    "step.record.ok": (
        "findings {findings}, outcomes {outcomes}; captures cited {captures}, all there; the gate said {exit_code}",
        "检查结果 {findings} 项、条款结论 {outcomes} 项；引用原始证据 {captures} 份，均在包内；门禁结论 {exit_code}",
    ),
    "step.record.shared": (
        "findings {findings}, outcomes {outcomes}, names replaced by pseudonyms; the {captures} captures cited stay with "
        "their owner: only their digests are here",
        "检查结果 {findings} 项、条款结论 {outcomes} 项，名称已假名化；所引原始证据 {captures} 份由其所有者保管，此处仅有摘要",
    ),
    "step.record.bad": ("record.json: {why}", "record.json：{why}"),
    "record.unreadable": ("cannot be read as a record", "无法作为记录读取"),
    "record.other": ("its {field} is {given}, the seal says {due}", "其 {field} 为 {given}，封签为 {due}"),
    "record.capture": ("it rests on capture {digest}, which is not there", "引用的原始证据 {digest} 不在包内"),
    "step.chain": ("its place in the chain of runs", "运行链位置"),
    "step.chain.first": ("the first of its chain", "链中首次运行"),
    "step.chain.ok": (
        "number {position}, and the run before it, {run}, is the one that it names",
        "第 {position} 次，其前一次运行 {run} 与所记一致",
    ),
    "step.chain.open": (
        "number {position}; it names run {run} with manifest SHA-256 {sha256} as the one before: give it as --previous",
        "第 {position} 次；所记前一次运行为 {run}（清单 SHA-256 {sha256}）：请以 --previous 提供以核对",
    ),
    "step.chain.bad": (
        "it names run {run} with manifest {due} as the one before; the one given is {given}",
        "所记前一次运行为 {run}（清单 {due}），所提供的为 {given}",
    ),
    "step.chain.position": ("its number {position} does not fit: {why}", "序号 {position} 不符：{why}"),
    "chain.first": ("the first of a chain has number 1 and none before it", "链首序号应为 1 且无前次运行"),
    "chain.next": ("the run before has number {before}", "前次运行序号为 {before}"),
    "step.signatures": ("who signed it", "签名"),
    "step.signatures.none": (
        "UNSIGNED: nothing here shows who made it; whoever could write these files could have made all of them",
        "未签名：无法证明由谁生成；能写入这些文件者即可伪造全部内容",
    ),
    "step.signatures.wanted": (
        "UNSIGNED, but signatures by trusted keys are wanted: {count}",
        "未签名，但要求可信密钥签名数：{count}",
    ),
    "step.signatures.untrusted": (
        "signatures that verify with the keys they bring: {count}; no trust anchor was given, so whose keys these are is "
        "not known: give --trust",
        "以自带公钥验证通过的签名 {count} 个；未提供信任锚，无法确认密钥归属：请使用 --trust",
    ),
    "step.signatures.ok": ("signatures by trusted keys: {count}", "可信密钥签名 {count} 个"),
    "step.signatures.few": (
        "signatures by trusted keys: {count}; wanted: {wanted}",
        "可信密钥签名 {count} 个，要求 {wanted} 个",
    ),
    "signature.ok": ("{algorithm} {short} ({name}): verified", "{algorithm} {short}（{name}）：验证通过"),
    "signature.unknown": (
        "{algorithm} {short}: verifies with the key it brings; no trust anchor names that key",
        "{algorithm} {short}：与自带公钥相符，但不在信任锚中",
    ),
    "signature.bad": (
        "{algorithm} {short}: DOES NOT VERIFY: the manifest or the signature was changed, or made by another algorithm",
        "{algorithm} {short}：验证失败：清单或签名被改动，或算法不符",
    ),
    "signature.expired": (
        "{algorithm} {short} ({name}): the key is good from {first} to {last}, and {when} is outside",
        "{algorithm} {short}（{name}）：密钥有效期 {first} 至 {last}，{when} 不在其内",
    ),
    "signature.now": ("today, {at}, (no trusted time stamp covers it)", "当前时间 {at}（无可信时间戳覆盖）"),
    "signature.then": ("its time stamp, {at},", "时间戳时间 {at}"),
    "step.stamps": ("when it existed at the latest", "最晚存在时间"),
    "step.stamps.none": (
        "no time stamp: its time is what the machine said that made it",
        "无时间戳：时间仅为生成机器自述",
    ),
    "step.stamps.ok": ("time stamps that verify: {count}", "验证通过的时间戳 {count} 个"),
    "step.stamps.untrusted": (
        "time stamps that are whole: {count}; no authority is trusted here: give --tsa-trust",
        "完整的时间戳 {count} 个；未提供可信授时机构：请使用 --tsa-trust",
    ),
    "stamp.ok": (
        "{at} by {authority}, over the manifest and signatures {covers}",
        "{at}，{authority}，覆盖清单及 {covers} 个签名",
    ),
    "stamp.bad": ("time stamp {number}: {why}", "时间戳 {number}：{why}"),
    "proves": ("What this proves:", "以上可证明："),
    "proves.whole": (
        "The files are byte for byte those that were sealed.",
        "全部文件与封存时逐字节一致。",
    ),
    "proves.who": ("They were sealed by: {names}.", "封存者：{names}。"),
    "proves.when": ("They existed at {at}, as {authority} says.", "由 {authority} 证明在 {at} 时已存在。"),
    "proves.not": (
        "It does not prove that the system was as the facts say: only that these facts were recorded, and that the "
        "verdicts follow from them (`auditor replay`).",
        "不能证明系统确如所记事实；仅证明当时记录了这些事实，且结论可由其重放得出（`auditor replay`）。",
    ),
    "proves.nothing": ("Nothing: it does not verify.", "验证未通过，不能证明任何内容。"),
    "mark.ok": ("ok", "通过"),
    "mark.open": ("open", "未定"),
    "mark.failed": ("FAILED", "失败"),
}

say: Final = sentences(TEXTS)
