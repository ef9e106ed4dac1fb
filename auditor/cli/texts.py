"""Sentences of the command line itself, in both languages; those of ``--help`` stand in `help_texts`."""

from __future__ import annotations

from typing import Final

from auditor.cli.help_texts import TEXTS as HELP
from auditor.messages import sentences

TEXTS: Final = {
    "report.silent": (
        "this run has nothing to say in: {formats} (no file is written)",
        "本次运行在以下格式中无内容：{formats}（未生成文件）",
    ),
    "files.none": (
        "--files names no file: name files below this folder behind it",
        "--files 未指定文件：请在其后列出当前目录下的文件",
    ),
    "report.share.output": (
        "--share needs --output DIR: what is shared has a folder of its own",
        "--share 须配合 --output DIR：对外提供的内容单独存放",
    ),
    "framework.unknown": ("no framework {name!r}; known: {known}", "没有标准 {name!r}；可用：{known}"),
    "framework.no_edition": (
        "{name} has no edition {edition!r}; known: {known}",
        "{name} 没有版本 {edition!r}；可用：{known}",
    ),
    "patches.written": ("{count} patches are written to {path}", "已将 {count} 个补丁写入 {path}"),
    "patches.written.one": ("{count} patch is written to {path}", "已将 {count} 个补丁写入 {path}"),
    "run.rescued": ("the record of the run is in {place}", "本次运行的记录保存在 {place}"),
    "doctor.crypto.holds": ("known answer", "与已知答案一致"),
    "doctor.crypto.wrong": ("WRONG ANSWER", "答案不符"),
    "bundle.written": ("bundle written to {path}", "证据包已写入 {path}"),
    "worksheet.unasked": (
        "this run did not assess {framework}: run it with --framework {framework}",
        "本次运行未评估 {framework}：请以 --framework {framework} 运行",
    ),
    "chain.strangers": (
        "note: {runs} holds sealed runs (such as {name}) that neither this installation nor a key that signs this run noted as"
        " the last of a chain: none is followed, and this run begins a chain",
        "提示：{runs} 中存在已封存的运行（如 {name}），但既非本安装登记的链尾，也未由本次签名密钥签署：不予衔接，本次运行将另起新链",
    ),
    "evidence.no_head": (
        "another installation noted the last run of the chain in {runs}: prune there, or sign with a key that signed it",
        "{runs} 中运行链的链尾由其他安装登记：请在该安装上清理，或使用签署过链尾的密钥签名",
    ),
    "run.bug": (
        "this is a fault of auditor itself: nothing was assessed. Please report it with the lines above",
        "这是 auditor 自身的缺陷：未完成任何评估。请附上以上内容反馈",
    ),
    "bundle.broken": ("{place}: {what}", "{place}：{what}"),
    "verify.threshold": (
        "--threshold asks for {threshold}, and --trust gives {count} different keys",
        "--threshold {threshold} 需要同样数量的不同密钥；--trust 给出 {count} 个",
    ),
    "sign.nothing": ("nothing to add: give --sign or --tsa", "没有可追加的内容：请提供 --sign 或 --tsa"),
    "sign.broken": (
        "the run {run}: it does not verify, so nothing is signed: auditor verify says what differs",
        "{run} 校验未通过，不予签名：请用 auditor verify 查看差异",
    ),
    "sign.done": ("signatures now {signatures}, time stamps {stamps}", "现有签名 {signatures} 个、时间戳 {stamps} 个"),
    "evidence.row": (
        "{position:>5}  {run}  exit {exit_code}  signatures {signatures}  time stamps {stamps}  bytes {size}",
        "{position:>5}  {run}  退出码 {exit_code}  签名 {signatures}  时间戳 {stamps}  字节 {size}",
    ),
    "evidence.row.bad": ("    -  {run}  {problem}", "    -  {run}  {problem}"),
    "evidence.held": ("  held by {by}: {reason}", "  保全：{by}，{reason}"),
    "evidence.chain": ("seals {count}; problems {problems}", "封签 {count} 个；问题 {problems} 个"),
    "evidence.pruned": ("runs removed: {count}; note: {note}", "已清理运行：{count}；记录：{note}"),
    "evidence.none": ("no run is due to go", "没有到期可清理的运行"),
    "waive.refused": ("the waiver would not count, so it was not added: {why}", "该豁免无效，未新增：{why}"),
    "waive.added": ("waiver {id} added to {file}", "豁免 {id} 已写入 {file}"),
    "file.named": (
        "it counts in runs whose auditor.yaml names the file ({name}: {file})",
        "在 auditor.yaml 中指定该文件（{name}: {file}）后，下次运行起生效",
    ),
    "waive.off": ("{standing}: {why}", "{standing}：{why}"),
    "waive.standing.used": ("used", "有效"),
    "waive.standing.unused": ("unused", "未使用"),
    "waive.standing.expired": ("expired", "已过期"),
    "waive.standing.too_broad": ("too broad", "范围过宽"),
    "waive.standing.invalid": ("invalid", "无效"),
    "waive.counts": ("counts until {until} ({zone})", "有效期至 {until}（{zone}）"),
    "db.newest": ("{name}: last change {day}", "{name}：最近更新 {day}"),
    "db.built": (
        "{path}: advisories: {advisories}; affected packages: {affected}; SHA-256 {digest}",
        "{path}：{advisories} 条公告，{affected} 个受影响软件包，SHA-256 {digest}",
    ),
    "db.lost": ("not used: {reason}: {count} ({examples})", "未采用：{reason}：{count}（{examples}）"),
    "db.state.none": ("no database in {folder}", "{folder} 中没有漏洞库"),
    "db.state.damaged": ("the database in {folder} is damaged: {problem}", "{folder} 中的漏洞库已损坏：{problem}"),
    "db.state.fine": ("built {built} UTC, age in days: {days}: fine", "构建于 {built} UTC，距今 {days} 天：正常"),
    "db.state.aging": (
        "built {built} UTC, age in days: {days}: import a newer one soon, 30 days is the limit",
        "构建于 {built} UTC，距今 {days} 天：请尽快更新，时限为 30 天",
    ),
    "db.state.stale": (
        "built {built} UTC, age in days: {days}: too old, the absence of a match proves nothing",
        "构建于 {built} UTC，距今 {days} 天：已过期，未匹配到漏洞不代表安全",
    ),
    "db.state.future": (
        "built {built} UTC, in the future: its clock or this one is wrong",
        "构建于 {built} UTC，晚于当前时间：构建时钟或本机时钟有误",
    ),
    "db.holds": ("schema {schema}; advisories: {advisories}", "结构版本 {schema}，{advisories} 条公告"),
    "db.ecosystem": ("  {name}: rows: {count}", "  {name}：{count} 行"),
    "db.provider": ("feed {name}, fetched {day}", "数据源 {name}，获取于 {day}"),
    "db.provider.said": (
        "feed {name}, fetched {day} by the word of whoever built the database; its last change: {changed}",
        "数据源 {name}，构建者声明获取于 {day}；最近更新：{changed}",
    ),
    "db.imported": ("imported {at} from {source}, SHA-256 {digest}", "{at} 由 {source} 导入，SHA-256 {digest}"),
    "db.signed": ("signed by {keys}", "签名者 {keys}"),
    "db.unsigned": ("not signed", "未签名"),
    "db.rolled_back": ("took the place of a newer one, built {built}", "替换了更新的漏洞库（构建于 {built}）"),
    "db.unknown_origin": ("not imported by auditor: nobody knows how it came here", "并非由 auditor 导入，来源不明"),
    "inventory.kind": ("{source} is no source (expected one of {kinds})", "{source} 不是来源（应为 {kinds} 之一）"),
    "inventory.onto": ("{path} is no inventory to build upon", "{path} 不是可用作基础的 inventory"),
    "inventory.unread": ("not read to its end: {source}: {why}", "未能完整读取：{source}：{why}"),
    "inventory.written": (
        "{path}: components: {components}, data sets: {datasets}, actions: {actions}",
        "{path}：组件 {components} 个，数据集 {datasets} 个，操作 {actions} 项",
    ),
    "schema.unknown": (
        "unknown schema {name!r}; known: record, config, inventory, measures",
        "未知的 schema {name!r}；可用：record、config、inventory、measures",
    ),
    "format.stream": ("--output - takes exactly one --format", "--output - 需要且只能指定一个 --format"),
    "frameworks.counts": (
        "controls {total}: automated {automated}, partial {partial}, manual {manual}; with checks {with_checks}; "
        "checks {checks}; high-risk cases {high_risk}",
        "控制项 {total}：自动 {automated}、部分 {partial}、人工 {manual}；有检查项的控制项 {with_checks}；"
        "检查项 {checks}；含高风险判例的控制项 {high_risk}",
    ),
    "init.written": ("{path} is written; found:", "已写入 {path}；识别到："),
    "init.next": (
        "Run it with: auditor run --config {path}. Its gate (fails on high and above) counts only so, or with"
        " --trust-config: a bare `auditor run` takes the file for a part of what is audited, and fails on low and above.",
        "运行：auditor run --config {path}。仅在如此指定、或使用 --trust-config 时，其门禁（high 及以上判为不通过）才生效；"
        "直接运行 auditor run 时，该文件视为被审计内容的一部分，low 及以上即判为不通过。",
    ),
    "init.says.head": (
        "What auditor looks at here, and what may pass. Every key: auditor schema config\n"
        "In full effect with: auditor run --config auditor.yaml (or --trust-config). Merely found, it is a part of\n"
        "what is audited: targets and frameworks count, and its gate only where stricter than fail_on: low.",
        "auditor 在此查看的内容与通过条件。全部配置项：auditor schema config\n"
        "以 auditor run --config auditor.yaml（或 --trust-config）运行时完全生效。仅被发现时，本文件属于被审计内容：\n"
        "目标与标准有效，门禁仅在比 fail_on: low 更严时有效。",
    ),
    "init.says.system": (
        "Name of the system in reports. Say its level (等保, 1 to 5) and who answers for it, too:\n"
        "system: {{name: …, level: 3, owner: team-name}}",
        "报告中的系统名称。也可写明安全保护等级（1 至 5）与责任方：\nsystem: {{name: …, level: 3, owner: team-name}}",
    ),
    "init.says.targets": (
        "Found in this folder; take out what is not to be audited, add what lies elsewhere. Kinds:\n{kinds}",
        "在本目录识别到的目标；请删去不审计的，补充位于他处的。可用类型：\n{kinds}",
    ),
    "init.says.frameworks": (
        "To be assessed control by control. One that is named here and cannot be assessed ends the run with 3:\n{frameworks}",
        "需逐控制项评估的标准。在此列出而无法评估的标准会使运行以 3 结束：\n{frameworks}",
    ),
    "init.says.gate": (
        "fail_on: the least severity (info, low, medium, high, critical) of a failure that ends the run with 1.\n"
        "max_not_assessed: how many findings without a verdict are tolerated before the run ends with 3.",
        "fail_on：使运行以 1 结束的不符合项最低严重程度（info、low、medium、high、critical）。\n"
        "max_not_assessed：未评估结果超过该数量时，运行以 3 结束。",
    ),
    "stage.unknown": ("unknown stage {name!r}; known: {known}", "未知的阶段 {name!r}；可用：{known}"),
    "checks.head": (f"{'check':58} {'severity':9} requirement", f"{'检查项':55} {'严重程度':5} 要求"),
    "checks.count": ("{count} of {all} checks", "{all} 个检查项中的 {count} 个"),
    "usage.help": ("try '{command} -h' for help", "运行 {command} -h 查看帮助"),
    "verdict.unknown": ("unknown verdict {name!r}; known: {known}", "未知的结论 {name!r}；可用：{known}"),
    "show.none": (
        "none of the {count} findings fits; --all shows every verdict",
        "{count} 项结果中没有符合条件的；--all 可显示所有结论",
    ),
    "show.none.one": (
        "the only finding does not fit; --all shows every verdict",
        "唯一的结果不符合条件；--all 可显示所有结论",
    ),
    "show.one_form": ("give either --json or --csv, not both", "--json 与 --csv 只能给出一个"),
    "terminal.exit_zero": (
        "exit code 0 was asked for (--exit-zero); the record keeps {code}",
        "按要求以 0 退出（--exit-zero）；记录中的退出码为 {code}",
    ),
    "terminal.demo": (
        "The demo exits with 0, for it is meant to have faults; a run of your own would exit with {code}",
        "演示有意包含问题，故以 0 退出；对您自己的系统运行时退出码将为 {code}",
    ),
}

say: Final = sentences({**HELP, **TEXTS})
