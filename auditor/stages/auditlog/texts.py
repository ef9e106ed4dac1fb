"""What the stage ``auditlog`` says, in English and Chinese."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences
from auditor.model.phrases import Phrases
from auditor.model.text import Text

TEXTS: Final = {
    "auditlog.remedy.unread": (
        "mend or leave out that source and build the inventory again: `auditor inventory build`",
        "请修复或去除该来源并重新生成：`auditor inventory build`",
    ),
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
        "correct the format or the map of the log source, or declare how the server writes "
        "(settings: log_line_prefix, log_format), so that these records can be understood",
        "请更正该日志源的格式或字段映射，或声明服务器的写入格式（settings：log_line_prefix、log_format），使这些记录可被识别",
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
    "auditlog.all": ("all of them", "全部"),
    "auditlog.none": ("none", "无"),
    "auditlog.at_least": ("at least {percent} %", "不低于 {percent} %"),
    "auditlog.number": ("{count}", "{count}"),
    "auditlog.at_most": ("at most {limit}", "不超过 {limit}"),
    "auditlog.at_least.vault-devices": ("at least {limit} audit devices", "不少于 {limit} 个审计设备"),
    "auditlog.at_least.capacity": ("at least {limit} days", "不少于 {limit} 天"),
    "auditlog.missing": ("{items}", "{items}"),
    "auditlog.alive": ("last record {last}", "最后一条记录 {last}"),
    "auditlog.alive.limit": ("a record within {time}", "{time}内有记录"),
    "auditlog.days": ("{count} d", "{count} 天"),
    "auditlog.hours": ("{count} h", "{count} 小时"),
    "auditlog.minutes": ("{count} min", "{count} 分钟"),
    "auditlog.seconds": ("{count} s", "{count} 秒"),
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
        "时间回退超过 60 秒：{whole} 条中有 {part} 条",
    ),
    "auditlog.clock.negative": ("negative durations: {part} of {whole}", "负时长：{whole} 条中有 {part} 条"),
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

PHRASES: Final = {
    "{}: not shown to be another host": "{0}：未证明为另一主机",
    "{}: not shown to be another administrator": "{0}：未证明为另一管理员",
    "a copy: not shown to be another host": "副本：未证明为另一主机",
    "a copy: not shown to be another administrator": "副本：未证明为另一管理员",
    "not in the copy: {} of {}": "副本中缺少：{0} / {1}",
    "write-once storage": "一次写入存储",
    "records with bodies of secrets": "含 Secret 内容的记录",
    "rule {}": "规则 {0}",
    "an earlier rule takes everything": "更靠前的规则已匹配全部",
    "rule {}: {} at {}": "规则 {0}：{1}，级别 {2}",
    "age limit: {} days": "保存期限：{0} 天",
    "{} MB at {} MB a day: {} days": "{0} MB，每天 {1} MB：{2} 天",
    "max {} s": "最大 {0} 秒",
    "anchor without a count": "锚点未写明记录数",
    "anchor names another record": "锚点指向另一条记录",
    "the anchor cannot be read": "锚点无法读取",
    "no field with a hash": "没有哈希字段",
    "missing tail of {}": "末尾缺失 {0} 条",
    "content {}": "内容不符 {0}",
    "link {}": "链接断裂 {0}",
    "missing {}": "缺失 {0}",
    "no user named": "未写明用户",
    "not declared": "未声明",
    "zone unknown": "时区未知",
    "no times": "没有时间",
    "without offset or declared zone: {}": "无时差且未声明时区：{0}",
    "{}: a header that the client sets": "{0}：由客户端设置的请求头",
    "a proxy": "代理",
    "silent by nature": "本来就少有记录",
    "not in time order": "未按时间排序",
    "no proof": "无证明",
    "no anchor": "无锚点",
    "row counts differ": "行数不一致",
    "no row counts": "未给出行数",
    "digests differ": "摘要不一致",
    "no digests": "未给出摘要",
    "not shown to open without the platform": "未证明可脱离平台打开",
    "API server {}": "API Server {0}",
    "declared: {}, with records: {}": "已声明：{0}，有记录：{1}",
    "searched: {} of {} bytes": "已检索：{0} / {1} 字节",
    "private key": "私钥",
    "bearer token": "Bearer 令牌",
    "access key": "访问密钥",
    "identity card": "身份证号",
    "mobile number": "手机号",
    "password": "口令",
    "gaps in these months": "以下月份有中断",
    "person": "人员",
    "machine": "机器",
    "user changes": "用户变更",
    "prompt version": "提示词版本",
    "{} at {}: {w}": "{0} 偏移 {1}：{2}",
    "{} at {}": "{0}（{1}）",
    "read {}": "读取 {0}",
    "no JSON object": "不是 JSON 对象",
    "value too large": "值过大",
    "continues nothing": "没有可接续的记录",
    "cut off": "内容被截断",
    "JSON of another kind: {}": "其他类型的 JSON：{0}",
    "OCSF class {}: {}": "OCSF 类别 {0}：{1}",
    "service account": "服务账户",
    "group {}": "组 {0}",
}
"""What a measure lists, in the words of its items."""

both: Final = Phrases(PHRASES)


MEASURES: Final = {
    "auditlog.lines": Text(
        "Lines of the files; JSON values where a file is an array or pretty-printed",
        "文件的行数；数组或多行格式的文件按 JSON 值计",
    ),
    "auditlog.records": Text(
        "Readable records; for auditd events joined of their lines", "可读的记录数；auditd 按合并后的事件计"
    ),
    "auditlog.events": Text(
        "Records that say what somebody did; the rest is what a server says about itself",
        "说明某人操作的记录数；其余为服务器自身信息",
    ),
    "auditlog.requests": Text("Actions asked for: records of one request are one", "请求数：同一请求的多条记录计为一"),
    "auditlog.unreadable": Text(
        "Lines that no record could be made of, by file and offset", "无法解析的行，按文件与偏移列出"
    ),
    "auditlog.foreign": Text("Readable records of another kind", "其他类型的可读记录"),
    "auditlog.readable": Text(
        "Lines that were read, of all lines; records of another kind are undetermined",
        "已解析行 / 全部行；其他类型的记录为无法判定",
    ),
    "auditlog.actions": Text("Distinct actions", "不同操作的数量"),
    "auditlog.duplicates": Text("Records whose identity was there before", "标识重复的记录"),
    "auditlog.duplicate-share": Text("Duplicates, of all records with an identity", "重复记录 / 有标识的记录"),
    "auditlog.repeated-keys": Text("Records with a key that stands twice", "含重复键的记录"),
    "auditlog.field.time": Text(
        "Records with a time that can be placed, of those that should have one", "时间可定位的记录 / 应有时间的记录"
    ),
    "auditlog.field.user": Text(
        "Records that name a user, no placeholder, of those that should", "写明用户（非占位值）的记录 / 应写明的记录"
    ),
    "auditlog.field.event-type": Text(
        "Records that name an event type, of those that should", "写明事件类型的记录 / 应写明的记录"
    ),
    "auditlog.field.object": Text("Records that name an object, of those that should", "写明对象的记录 / 应写明的记录"),
    "auditlog.field.outcome": Text(
        "Records that say how it ended, of those that should", "写明结果的记录 / 应写明的记录"
    ),
    "auditlog.field.source-address": Text(
        "Records with a source address, of those that should have one", "写明来源地址的记录 / 应写明的记录"
    ),
    "auditlog.fields": Text(
        "Records with every field that applies to them, of all audit events", "适用字段齐全的记录 / 全部审计事件"
    ),
    "auditlog.failures": Text("Requests that failed or were refused", "失败或被拒绝的请求"),
    "auditlog.address-trusted": Text(
        "Records whose address is the last hop's, of all with an address", "地址取自最后一跳的记录 / 含地址的记录"
    ),
    "auditlog.address-odd": Text("Addresses that are none", "不是地址的取值"),
    "auditlog.first": Text("Time of the first record, UTC", "首条记录时间（UTC）"),
    "auditlog.last": Text("Time of the last record, UTC", "末条记录时间（UTC）"),
    "auditlog.implausible-times": Text(
        "Records before 2000 or of the future; they count as without a time", "早于 2000 年或晚于当前的记录；按无时间计"
    ),
    "auditlog.zoned": Text(
        "Times with an offset or a declared zone, of all times", "有时差或已声明时区的时间 / 全部时间"
    ),
    "auditlog.traceable": Text(
        "Requests tied to one natural person by an authenticated name, of all but those of machines that the inventory names",
        "经认证可追溯到自然人的请求 / 除 inventory 已登记机器外的全部请求",
    ),
    "auditlog.shared": Text("Requests of shared accounts without a personal key", "共享账户在缺少个人标识时的请求"),
    "auditlog.anonymous-writes": Text("Changes by anonymous that succeeded", "匿名者成功的更改"),
    "auditlog.agents-joined": Text(
        "Requests of agents that lead to a user or session, of all of theirs",
        "可关联到用户或会话的智能体请求 / 全部智能体请求",
    ),
    "auditlog.retention": Text(
        "Days of the months due that the log reaches back, of those due", "日志可回溯的应保存天数 / 应保存天数"
    ),
    "auditlog.capacity": Text(
        "Whole days that fit by size, backups and age limit", "按大小、备份数与保存期可保存的整天数"
    ),
    "auditlog.gaps": Text(
        "Silences longer than three intervals (one day where none is declared), from/to",
        "超过三个间隔（未声明时为一天）的静默，起止时间",
    ),
    "auditlog.gap-longest-seconds": Text("Longest silence", "最长静默（秒）"),
    "auditlog.sequence-missing": Text(
        "Missing numbers of a sequence; requests without an answer where stages are logged",
        "序列中缺失的编号；按阶段记录时为没有应答的请求",
    ),
    "auditlog.steps-back": Text(
        "Steps back in time of more than 60 s, of all steps in file order",
        "时间回退超过 60 秒的次数 / 按文件顺序的全部步数",
    ),
    "auditlog.negative-durations": Text(
        "Records that end more than 1 s before they begin, of those with both times",
        "结束早于开始 1 秒以上的记录 / 有两种时间的记录",
    ),
    "auditlog.skew-milliseconds": Text(
        "Median offset to another source by shared ids", "按共同标识与另一日志源的时差中位数（毫秒）"
    ),
    "auditlog.lag": Text(
        "1 of 1 where p99 and maximum of arrival less event time are within limits",
        "到达与事件时差的 p99 与最大值在限内则为 1/1",
    ),
    "auditlog.lag-p50": Text("Median of arrival less event time, seconds", "到达与事件时差的中位数（秒）"),
    "auditlog.lag-p99": Text("99th percentile of it", "同上，第 99 百分位"),
    "auditlog.lag-max": Text("Largest", "同上，最大值"),
    "auditlog.integrity": Text(
        "Records verified from the first on, of those that the anchor counts", "自首条起校验通过的记录 / 锚点所计记录"
    ),
    "auditlog.copy": Text(
        "Records that a copy on another host under another administrator has, of all",
        "另一主机（其他管理员）副本中的记录 / 全部记录",
    ),
    "auditlog.kubernetes-policy-set": Text(
        "API servers with an audit policy and a sink, of all", "已设审计策略与去处的 API Server / 全部"
    ),
    "auditlog.kubernetes-drops": Text("API servers that may drop events", "可能丢弃事件的 API Server"),
    "auditlog.kubernetes-key-actions": Text(
        "Key actions recorded for everybody, of all", "对所有主体均记录的关键操作 / 全部关键操作"
    ),
    "auditlog.kubernetes-exec": Text(
        "Verbs of exec that are recorded for everybody, of two", "对所有主体均记录的 exec 动词 / 2"
    ),
    "auditlog.kubernetes-dead-rules": Text("Parts of rules that match nothing served", "不匹配任何资源的规则项"),
    "auditlog.kubernetes-secret-bodies": Text(
        "Rules and records that put bodies of secrets into the log", "将 Secret 内容写入日志的规则与记录"
    ),
    "auditlog.vault-devices": Text("Audit devices with records", "有记录的审计设备"),
    "auditlog.database-classes": Text(
        "Classes of statements that are recorded, of those due", "已记录的语句类别 / 应记录的类别"
    ),
    "auditlog.audit-lowered": Text("Changes that lower what a database audits", "降低数据库审计设置的变更"),
    "auditlog.audit-stopped": Text(
        "Records that say that auditing was stopped or lowered", "说明审计被停止或降低的记录"
    ),
    "auditlog.host-events": Text(
        "Logins, sudo, user changes: seen or configured, of three", "登录、sudo、用户变更：已见或已配置 / 3"
    ),
    "auditlog.logins": Text(
        "Success, failure, logout: seen or configured, of three", "成功、失败、注销：已见或已配置 / 3"
    ),
    "auditlog.account-changes": Text(
        "Changes of accounts, of rights: seen or configured, of two", "账户、权限变更：已见或已配置 / 2"
    ),
    "auditlog.model-calls": Text(
        "Model calls with time, caller, model, prompt version and result, of all", "要素齐全的模型调用 / 全部模型调用"
    ),
    "auditlog.personal-reads": Text(
        "Reads and exports of personal data that are recorded, of those due", "已记录的个人信息查询与导出 / 应记录的"
    ),
    "auditlog.long-records": Text(
        "Classes kept for 36 months, of those that must be", "保存满 36 个月的类别 / 应保存三年的类别"
    ),
    "auditlog.writers-protected": Text(
        "Those who can stop the writer without a record", "可在不留记录时停止日志程序者"
    ),
    "auditlog.readers-separated": Text(
        "Readers without an audit role, and those who may delete", "非审计角色的读取者与可删除者"
    ),
    "auditlog.secrets": Text("Lines with secrets or personal data in clear", "含明文机密或个人信息的行"),
    "auditlog.export": Text(
        "Time of the last export-and-restore proof; what does not hold", "最近一次导出恢复证明的时间；不成立之处"
    ),
    "auditlog.missed": Text("Things proven to have happened without a record", "已证实发生但没有记录的操作"),
    "auditlog.recall": Text("Witnesses with a record, of all (20 or more)", "有记录的佐证 / 全部佐证（不少于 20）"),
    "auditlog.sources": Text("Components with a log, of all of the inventory", "有日志的组件 / inventory 的全部组件"),
    "auditlog.required": Text("Actions that must be logged, with the state of each", "应记录的操作及其状态"),
    "auditlog.days": Text("Days with records, and how many", "有记录的日期及条数"),
    "auditlog.coverage": Text(
        "Weights of actions seen or configured and not missed, of all (3 high, 2 medium, 1 low)",
        "已见或已配置且未漏记的操作权重 / 全部权重（高 3、中 2、低 1）",
    ),
    "auditlog.coverage-plain": Text("The same in plain numbers", "同上，按数量"),
    "auditlog.coverage-high": Text("The same for actions of high risk", "同上，仅高风险操作"),
    "auditlog.seen": Text("Actions with a record", "有记录的操作"),
    "auditlog.configured": Text(
        "Actions that the settings in force record; those never seen are listed", "生效设置会记录的操作；列出从未见过的"
    ),
    "auditlog.stale-configuration": Text(
        "Actions seen although the settings given would not record them", "已见但所给设置不会记录的操作"
    ),
}
"""What each measure counts, by its published id."""
