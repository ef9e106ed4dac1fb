"""What the stage ``auditlog`` says, in English and Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.messages import sentences
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

TEXTS: Final = {
    "auditlog.remedy.inventory": ("correct the inventory at the line named", "请按所示行号更正 inventory 文件"),
    "auditlog.remedy.read": (
        "give the account that runs auditor read permission, and check the file",
        "请为运行 auditor 的账号授予读权限，并检查该文件",
    ),
    "auditlog.remedy.records": (
        "check the pattern of the log source in the inventory, and that something writes there",
        "请检查 inventory 中该日志源的文件模式，并确认有程序写入",
    ),
    "auditlog.remedy.format": (
        "name the format of the log source in the inventory; UTF-16 has to be converted to UTF-8",
        "请在 inventory 中写明该日志源的格式；UTF-16 文件须先转换为 UTF-8",
    ),
    "auditlog.remedy.events": ("give the log that holds the audit events", "请提供含有审计事件的日志"),
    "auditlog.remedy.undetermined": (
        "correct the format or the map of the log source, so that these records can be understood",
        "请更正该日志源的格式或字段映射，使这些记录可被识别",
    ),
    "auditlog.remedy.timezone": (
        "declare the timezone of the log source (timezone: Asia/Shanghai), or write times with an offset",
        "请在 inventory 中声明该日志源的时区（timezone: Asia/Shanghai），或在时间中写明时差",
    ),
    "auditlog.remedy.users": (
        "write the user into the log, or map the field that holds it",
        "请在日志中记录用户，或映射保存用户的字段",
    ),
    "auditlog.remedy.failures": (
        "give a window in which somebody was refused, or try a refused login or request",
        "请提供含有被拒绝操作的时间段，或实际触发一次被拒绝的登录或请求",
    ),
    "auditlog.remedy.capacity": (
        "declare capacity (size_mb, backups, max_age_days, mb_per_day) of the log source",
        "请声明该日志源的容量（size_mb、backups、max_age_days、mb_per_day）",
    ),
    "auditlog.remedy.heartbeat": (
        "let the source write a heartbeat and name it (heartbeat: ACTION)",
        "请让该日志源定期写入心跳记录，并在 inventory 中声明（heartbeat: ACTION）",
    ),
    "auditlog.remedy.order": (
        "give the log files in the order in which they were written",
        "请按写入顺序提供日志文件",
    ),
    "auditlog.remedy.spark": (
        "order cannot be told on Spark: run this source with the engine duckdb",
        "Spark 无法判断记录顺序：请以 duckdb 引擎运行该日志源",
    ),
    "auditlog.remedy.lag": (
        "keep the time of arrival that the collector adds, or map it (arrival)",
        "请保留采集器写入的到达时间，或映射该字段（arrival）",
    ),
    "auditlog.remedy.integrity": (
        "chain the records by hashes and keep the anchor elsewhere, or show write-once storage (worm: FILE)",
        "请以哈希链保护记录并将锚点另行保存，或提供一次写入存储的证明（worm: FILE）",
    ),
    "auditlog.remedy.anchor": (
        "name the file with the chain's anchor (anchor: FILE): without it the tail may have been cut",
        "请指定哈希链锚点文件（anchor: FILE）：没有锚点则无法排除尾部被截断",
    ),
    "auditlog.remedy.copy": (
        "declare the copy of the log (copies: files, host, administrator), and host and administrator of the log itself",
        "请声明日志副本（copies：files、host、administrator）以及日志本身的 host 与 administrator",
    ),
    "auditlog.remedy.flags": (
        "declare the command line of every API server (flags), or audit the node facts beside it",
        "请声明每个 API Server 的命令行参数（flags），或同时审计节点事实",
    ),
    "auditlog.remedy.policy": (
        "name the audit policy in force (policy: FILE)",
        "请指定生效的审计策略文件（policy: FILE）",
    ),
    "auditlog.remedy.served": (
        "declare what the cluster serves (served), so that rules for add-ons can be told from dead ones",
        "请声明集群提供的资源（served），以区分扩展资源规则与无效规则",
    ),
    "auditlog.remedy.devices": (
        "declare every audit device of the Vault as a log source of one component",
        "请将 Vault 的每个审计设备声明为同一组件的日志源",
    ),
    "auditlog.remedy.pgaudit": (
        "record the classes ddl and role, or declare the settings in force (settings)",
        "请记录 ddl 与 role 类别，或声明生效的设置（settings）",
    ),
    "auditlog.remedy.long": (
        "declare which classes of records are kept for three years (long_records: {{CLASS: MONTHS}})",
        "请声明需保存三年的记录类别（long_records: {{类别: 月数}}）",
    ),
    "auditlog.remedy.writers": (
        "declare who can stop the writer or change its settings without a record (stoppable_by: [] for nobody)",
        "请声明谁可在不留记录的情况下停止日志程序或修改其设置（stoppable_by：无人则写 []）",
    ),
    "auditlog.remedy.readers": (
        "declare who may read and delete the log (access: {{read, delete, auditors}})",
        "请声明谁可读取、删除日志（access：read、delete、auditors）",
    ),
    "auditlog.remedy.export": (
        "declare the last export-and-restore proof (exports: at, rows, digests, opened_elsewhere)",
        "请声明最近一次导出与恢复的证明（exports：at、rows、digests、opened_elsewhere）",
    ),
    "auditlog.remedy.witness": (
        "declare witnesses (live objects, rows with created_at, an access log) that show what happened",
        "请声明佐证（集群对象、含 created_at 的数据行、访问日志），以证明实际发生的操作",
    ),
    "auditlog.remedy.actions": (
        "list the auditable actions in the inventory (actions), or import them (auditor inventory build)",
        "请在 inventory 中列出应审计的操作（actions），或导入（auditor inventory build）",
    ),
    "auditlog.remedy.graded": (
        "list the data sets with their grades and personal data in the inventory (datasets)",
        "请在 inventory 中列出数据集及其分级与个人信息字段（datasets）",
    ),
    "auditlog.remedy.components": (
        "list the components of the system in the inventory (components)",
        "请在 inventory 中列出系统组件（components）",
    ),
    "auditlog.remedy.models": (
        "give the log of model calls, and map model and prompt_version",
        "请提供模型调用日志，并映射 model 与 prompt_version",
    ),
    "auditlog.of": ("{part} of {whole}", "{whole} 中的 {part}"),
    "auditlog.of.undetermined": (
        "{part} of {whole}, {undetermined} undetermined",
        "{whole} 中的 {part}，另有 {undetermined} 项无法判定",
    ),
    "auditlog.at_least": ("at least {percent} %", "不低于 {percent} %"),
    "auditlog.number": ("{count}", "{count}"),
    "auditlog.at_most": ("at most {limit}", "不超过 {limit}"),
    "auditlog.at_least_number": ("at least {limit}", "不少于 {limit}"),
    "auditlog.missing": ("{items}", "{items}"),
    "auditlog.more": ("{items}; and {count} more", "{items}；另有 {count} 项"),
    "auditlog.alive": ("last record {last}", "最后一条记录 {last}"),
    "auditlog.alive.limit": ("a record within {seconds} s", "{seconds} 秒内有记录"),
    "auditlog.retention.actual": (
        "{first} to {last}: {part} of {whole} days",
        "{first} 至 {last}：{whole} 天中的 {part} 天",
    ),
    "auditlog.retention.expected": ("{months} calendar months, without gaps", "{months} 个自然月，且无中断"),
    "auditlog.retention.gaps": ("gaps in these months: {items}", "期间存在中断：{items}"),
    "auditlog.export.old": ("last proof {at}: {days} days old", "最近一次证明 {at}：距今 {days} 天"),
    "auditlog.export.expected": (
        "at most {days} days old, counts and digests equal",
        "距今不超过 {days} 天，且行数与摘要一致",
    ),
    "auditlog.clock.steps": (
        "steps back of more than 60 s: {part} of {whole}",
        "时间回退超过 60 秒：{whole} 中的 {part}",
    ),
    "auditlog.clock.negative": ("negative durations: {part} of {whole}", "负时长：{whole} 中的 {part}"),
    "auditlog.clock.skew": ("offset to another source: {milliseconds} ms", "与其他日志源的时差：{milliseconds} 毫秒"),
    "auditlog.clock.implausible": (
        "times before 2000 or in the future: {count}",
        "早于 2000 年或晚于当前的时间：{count}",
    ),
    "auditlog.clock.good": ("clocks agree", "时钟一致"),
    "auditlog.clock.expected": (
        "steps back ≤ 0.1 %, no negative durations, offset ≤ 1 s",
        "时间回退不超过 0.1 %，无负时长，时差不超过 1 秒",
    ),
    "auditlog.unknown_key": ("a key that no version knows: nothing reads it", "未知的键：不会被读取"),
    "auditlog.not_a_log": ("is no audit log of a known kind", "不是已知类型的审计日志"),
    "auditlog.progress": ("{source}", "{source}"),
}
"""Sentences by key."""

say: Final = sentences(TEXTS)


def joined(texts: Iterable[Text]) -> Text:
    """Return several texts as one."""
    given = tuple(texts)
    return Text("; ".join(each.en for each in given), "；".join(each.zh for each in given))
