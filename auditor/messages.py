"""How a sentence is said in English and Chinese, and the sentences that belong to no room alone.

Each room keeps its sentences beside it (``texts.py``), and checks theirs beside the rule (``rulesets/``, ``policies/``);
here are those of the pipeline: judging, gate, plan, comparison, and the words for verdicts and severities. Values in
braces are filled in by `Sentences`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.model.text import Language

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "report.format.unknown": (
        "unknown report format {format!r} (expected one of {known}); did you mean {nearest}?",
        "未知的报告格式 {format!r}（可用：{known}）；是否想用 {nearest}？",
    ),
    "pipeline.remedy.collect_node": (
        "run `auditor collect node --output NODE.json` as root on every node and add node=NODE.json",
        "请以 root 在每个节点运行 `auditor collect node --output NODE.json`，并加入 node=NODE.json",
    ),
    "pipeline.remedy.collect_control_plane": (
        "run `auditor collect node --output NODE.json` as root on a control plane node and add node=NODE.json",
        "请以 root 在控制平面节点运行 `auditor collect node --output NODE.json`，并加入 node=NODE.json",
    ),
    "pipeline.remedy.collect_cluster": (
        "audit kubernetes=context:NAME, or the file of `auditor collect cluster --context NAME --output FILE`",
        "请审计 kubernetes=context:NAME，或 `auditor collect cluster --context NAME --output FILE` 生成的文件",
    ),
    "judge.remedy.person": (
        "look at the evidence and confirm the answer in `answers:`",
        "请人工核查证据，并在 `answers:` 中确认结论",
    ),
    # -- judging -----------------------------------------------------------------------------------------------
    "judge.nothing": ("nothing of this kind was found", "未发现此类对象"),
    "judge.gap": (
        "not assessed: {reason} ({what}); gaps in all: {count}",
        "未评估：{reason}（{what}）；缺口共 {count} 处",
    ),
    "judge.gap.one": ("not assessed: {reason} ({what})", "未评估：{reason}（{what}）"),
    "judge.broken.remedy": (
        "this is a fault of the check itself: report it together with the record",
        "这是检查项自身的缺陷：请连同 record.json 一并反馈",
    ),
    # -- command line ------------------------------------------------------------------------------------------
    "plan.not_trusted": (
        "without effect, for the file was found and not named: name {path} (--config FILE) or trust it (--trust-config)",
        "不生效：{path} 是自动找到而非指定的（请用 --config FILE 或 --trust-config）",
    ),
    "pipeline.remedy.not_trusted": (
        "name the configuration with --config, or trust it with --trust-config, if nobody else can write it",
        "若他人无法改写该配置，请用 --config 指定，或用 --trust-config 信任",
    ),
    "gate.said": ("exit code {exit_code}: {reason}", "退出码 {exit_code}：{reason}"),
    "gate.stage_lacking": ("stage {stage} is required and did not run to its end", "必需阶段 {stage} 未完整执行"),
    "gate.too_old": (
        "the age of the run, {age} in days, is over the limit of {limit}",
        "该次运行已有 {age} 天，门禁上限 {limit} 天",
    ),
    "gate.overdue": (
        "{count} known failures at or above severity {severity} are past the days that the policy gives them",
        "{count} 项已知的不符合（严重程度不低于“{severity}”）超过门禁规定的整改期限",
    ),
    "gate.framework_silent": (
        "nothing that was looked at speaks to {name}, which was asked for",
        "要求评估 {name}，但所查对象均与其无关",
    ),
    "gate.framework_unasked": (
        "the gate limits {name}, and this run did not assess it",
        "门禁对 {name} 设有限值，而本次运行未评估该标准",
    ),
    "gate.denied": ("the gate policy denies it, reasons {count}: {first}", "门禁策略拒绝，理由 {count} 条：{first}"),
    "gate.unanswered": ("the gate policy could not be asked: {problem}", "无法执行门禁策略：{problem}"),
    "diff.waived": ("it is covered now by waiver {waiver}", "现由豁免 {waiver} 覆盖"),
    "diff.unwaived": ("it is covered no more by waiver {waiver}", "豁免 {waiver} 不再覆盖"),
    "diff.unseen": ("run {run} could not assess it: {reason}: {detail}", "运行 {run} 未能评估：{reason}：{detail}"),
    "diff.no_target": ("run {run} did not look at {target}", "运行 {run} 未涉及 {target}"),
    "diff.no_check": ("the rules of run {run} have no check {check}", "运行 {run} 的规则中没有检查项 {check}"),
    "diff.not_run": ("check {check} did not run in run {run}", "运行 {run} 未执行检查项 {check}"),
    "diff.code": ("{place} is another", "{place} 已改变"),
    "diff.database": ("the vulnerability database is another", "漏洞库已改变"),
    "diff.rules": ("what was looked at is the same; the rules are others", "被审内容相同，规则已改变"),
    "diff.tools": (
        "what was looked at and the rules are the same; programs are others: {tools}",
        "被审内容与规则相同，工具已改变：{tools}",
    ),
    "diff.auditor": (
        "what was looked at and the rules are the same; the version of auditor is another",
        "被审内容与规则相同，auditor 版本已改变",
    ),
    "diff.day": ("what was looked at and the rules are the same; the day is another", "被审内容与规则相同，日期不同"),
    "diff.unknown": ("nothing that is recorded explains it", "记录中的信息不足以解释"),
    "diff.decisions": ("the files of waivers or answers are others", "豁免或答复文件已改变"),
    "diff.what.rules": ("rules are others", "规则已改变"),
    "diff.what.auditor": ("auditor {before}, then {after}", "auditor {before}，后为 {after}"),
    "diff.what.tools": ("programs are others: {tools}", "工具已改变：{tools}"),
    "diff.what.database": ("the vulnerability database is another", "漏洞库已改变"),
    "diff.what.decisions": ("files of waivers, answers or claims are others", "豁免、答复或声明文件已改变"),
    "diff.what.target": ("only one of the two looked at {target}", "仅其中一次涉及 {target}"),
    "diff.what.gate": ("the gate said {before}, then {after}", "门禁结论 {before}，后为 {after}"),
    "measured.of": ("{part} of {whole}", "{whole} 项中有 {part} 项"),
    "measured.of.wrong": ("{seen}; wrong: {items}", "{seen}；问题：{items}"),
    "measured.of.undetermined": (
        "{part} of {whole}, {undetermined} undetermined",
        "{whole} 项中有 {part} 项，另有 {undetermined} 项无法判定",
    ),
    "measured.count": ("{number} in all", "共 {number} 项"),
    "measured.counted": ("{count} ({items})", "{count}（{items}）"),
    "measured.more": ("{items}; and {count} more", "{items}；另有 {count} 项"),
    "diff.none": ("nothing differs", "没有差异"),
    "diff.count": ("changes {count}", "变化 {count} 项"),
    "diff.kind.new": ("new", "新增"),
    "diff.kind.fixed": ("fixed", "已修复"),
    "diff.kind.changed": ("changed", "变化"),
    "diff.kind.incomparable": ("incomparable", "不可比"),
    "diff.cause.code": ("code", "代码"),
    "diff.cause.rules": ("rules", "规则"),
    "diff.cause.database": ("database", "漏洞库"),
    "diff.cause.waivers": ("waivers", "豁免"),
    "diff.cause.answers": ("answers", "答复"),
    "diff.cause.environment": ("environment", "环境"),
    "diff.cause.coverage": ("coverage", "覆盖"),
    "diff.cause.unknown": ("unknown", "未知"),
    "error": ("error: {message}", "错误：{message}"),
    "severity.unknown": ("unknown severity {name!r}; known: {known}", "未知的严重程度 {name!r}；可用：{known}"),
    "since.unknown": (
        "--new-since {name}: no revision that git knows here; an earlier run is named latest, run:PATH or by a path with"
        " a slash",
        "--new-since {name}：不是此处 git 可识别的版本；此前的运行请写作 latest、run:路径或含斜杠的路径",
    ),
    "since.both": (
        "--new-since {name}: both a run in a folder of this name and a git revision; write run:{name} for the run, and the"
        " commit's id for the revision",
        "--new-since {name}：既是同名目录中的运行，又是 git 版本；运行请写作 run:{name}，版本请写提交编号",
    ),
    "since.remedy": (
        "fetch the files of that revision (git fetch --refetch without --filter), or compare with a run",
        "请取得该版本的文件（git fetch --refetch，不带 --filter），或与某次运行比较",
    ),
    "explain.nothing": (
        "nothing is called {name!r}, and no check speaks of it; `auditor checks` lists them all",
        "没有名为 {name!r} 的内容，也没有检查项提及它；`auditor checks` 可列出全部检查项",
    ),
    "explain.unknown": ("nothing is called {name!r}; near: {near}", "没有名为 {name!r} 的内容；相近的有：{near}"),
    "explain.fails": ("a failure means", "不符合时"),
    "explain.hits": ("{name}: {count} checks", "{name}：{count} 个检查项"),
    "explain.hits.one": ("{name}: {count} check", "{name}：{count} 个检查项"),
    "explain.last_run": ("last run: {verdict}: {reason}", "最近一次运行：{verdict}：{reason}"),
    "explain.severity": ("severity", "严重程度"),
    "explain.rests_on": ("severity rests on", "严重程度依据"),
    "explain.was_read": ("read on real platforms", "在真实平台上的核对"),
    "explain.confidence": ("confidence", "置信度"),
    "explain.cwe": ("weakness", "弱点"),
    "explain.source": ("source", "出处"),
    "explain.control": ("control", "控制项"),
    "explain.reach": ("sees", "可见范围"),
    "explain.aliases": ("our number", "内部编号"),
    "explain.defined_in": ("rule", "规则"),
    "explain.why": ("Why", "原因"),
    "explain.remediation": ("How to fix", "整改方法"),
    "explain.partial": ("Limits", "局限"),
    "explain.partial.text": (
        "a failure is a real one, but its absence proves nothing by itself",
        "不符合是真实的，但未发现不符合本身不能证明符合",
    ),
    "explain.control_of": ("checks that speak to this control: {count}", "与该控制项对应的检查项：{count} 个"),
    "explain.detail": ("detail", "说明"),
    "explain.expected": ("expected", "期望"),
    "explain.actual": ("actual", "实际"),
    "explain.suppressed": (
        "a comment here asks for silence: {comment} ({author}, {date}); it changes no verdict",
        "此处注释要求忽略：{comment}（{author}，{date}）；不影响判定",
    ),
    "explain.patch": ("Smallest patch", "最小补丁"),
    "screen.started": ("{stage}: {target} …", "{stage}：{target} …"),
    "screen.ended": (
        "{stage}: {target}: {count} facts in {seconds} s",
        "{stage}：{target}：{count} 条事实，用时 {seconds} 秒",
    ),
    "screen.ended.one": (
        "{stage}: {target}: {count} fact in {seconds} s",
        "{stage}：{target}：{count} 条事实，用时 {seconds} 秒",
    ),
    "screen.running": (
        "{stage}: {target}: {seconds} s, {doing} … {others}",
        "{stage}：{target}：{seconds} 秒，{doing} … {others}",
    ),
    "screen.others": ("(+{count} at the same time)", "（另有 {count} 项同时进行）"),
    "screen.doing": ("{stage}: {target}: {doing}", "{stage}：{target}：{doing}"),
    "screen.targets": ("{count} targets", "{count} 个目标"),
    "screen.targets.one": ("{count} target", "{count} 个目标"),
    "screen.stage": (
        "{stage}: {targets}, {count} facts, {seconds} s",
        "{stage}：{targets}，{count} 条事实，用时 {seconds} 秒",
    ),
    "screen.stage.one": (
        "{stage}: {targets}, {count} fact, {seconds} s",
        "{stage}：{targets}，{count} 条事实，用时 {seconds} 秒",
    ),
    "screen.files_done": ("{done} of {count} files", "文件 {done} / {count}"),
    "screen.files_done.one": ("{done} of {count} file", "文件 {done} / {count}"),
    "screen.left": ("about {seconds} s left", "约剩 {seconds} 秒"),
    "screen.left.minutes": ("about {minutes} min left", "约剩 {minutes} 分钟"),
    "screen.files": ("{count} files", "{count} 个文件"),
    "screen.files.one": ("{count} file", "{count} 个文件"),
    "screen.finished": ("finished: {count}", "已完成：{count}"),
    "screen.found": ("Found:", "识别到："),
    "screen.left_out": ("Left out:", "未纳入："),
    "detect.skipped": ("{count} folders of this name hold no source", "{count} 个此名目录不含源代码"),
    "detect.skipped.one": ("{count} folder of this name holds no source", "{count} 个此名目录不含源代码"),
    "detect.unread": ("cannot be read: what it holds is not known", "无法读取，其内容未知"),
    "detect.cut": ("the search stopped after {limit} folders", "搜索在 {limit} 个目录后停止"),
    "plan.config": ("configuration: {path}", "配置：{path}"),
    "plan.no_target_of_kind": (
        "no target is of the kind {kind}, and {options} are for those: name one as {kind}=WHERE",
        "没有 {kind} 类目标，而 {options} 仅用于此类目标：请以 {kind}=位置 指定",
    ),
    "plan.no_path": ("no such path: {path} ({target})", "路径不存在：{path}（{target}）"),
    "plan.no_context": ("no such context: {target}: {detail}", "kubeconfig 中没有该 context：{target}：{detail}"),
    "plan.outside": ("--files: {file!r} is no file below the working folder", "--files：{file!r} 不是工作目录下的文件"),
    "plan.narrow": (
        "the stages of this run ({stages}) look at none of the targets; {kinds}",
        "本次运行的阶段（{stages}）不查看任何目标；{kinds}",
    ),
    "plan.goes_with": ("for {kind}: {stages}", "{kind} 对应 {stages}"),
    "plan.fed_by": (
        "judged by stage {stage}, but not looked at in this run: what is seen by {feeding}",
        "阶段 {stage} 依据 {feeding} 的观测结果判定，而本次运行未包含后者",
    ),
    "plan.ignored": ("left out by --ignore", "由 --ignore 排除"),
    "plan.not_selected": ("{count} checks were not selected", "{count} 个检查项未被选中"),
    "plan.not_selected.one": ("{count} check was not selected", "{count} 个检查项未被选中"),
    "plan.no_check": (
        "--{switch} {name}: no check has an id that begins so; near: {near}",
        "--{switch} {name}：没有编号以此开头的检查项；相近的有：{near}",
    ),
    "plan.no_stage": (
        "no stage of this version looks at {kind}",
        "此版本没有查看 {kind} 的阶段",
    ),
    # -- pipeline and gate -----------------------------------------------------------------------------------------
    "pipeline.seen.title": ("Everything that was looked for was seen", "所查找的内容全部可见"),
    "pipeline.seen.problem": ("Something that was looked for was not seen", "有应查看的内容未能看到"),
    "pipeline.seen.remedy": ("follow the remedy of the gap, then run again", "按缺口的补救措施处理后重新运行"),
    "pipeline.remedy.no_stage": (
        "do not skip its stage, or use a version of auditor that has a stage for {kind}",
        "不要跳过相应阶段，或使用包含 {kind} 阶段的 auditor 版本",
    ),
    "pipeline.remedy.stage_broken": (
        "this is a fault of auditor: report it together with the record; the other stages are not affected",
        "这是 auditor 自身的缺陷：请连同 record.json 一并反馈；其他阶段不受影响",
    ),
    "pipeline.remedy.stage_killed": (
        "run again with more memory, or with fewer targets at a time",
        "增加内存，或减少同时审计的目标后重试",
    ),
    "pipeline.remedy.memory_limit": (
        "run again with more memory, or with fewer targets at a time",
        "增加内存，或减少同时审计的目标后重试",
    ),
    "pipeline.remedy.time_limit": (
        "run again with a longer --stage-limit, or with smaller targets",
        "增大 --stage-limit，或缩小目标后重试",
    ),
    "pipeline.remedy.interrupted": (
        "run the same command again: it goes on from the finished observations",
        "重新运行同一命令：将从已完成的观测继续",
    ),
    "pipeline.remedy.integrity": (
        "run `auditor tools doctor`; install the program again, or find out who changed it",
        "运行 auditor tools doctor；重新安装该程序，或查明是谁改动了它",
    ),
    "gate.integrity": ("integrity: {problem}", "完整性校验失败：{problem}"),
    "gate.failed": (
        "{count} findings fail at or above severity {severity}",
        "{count} 项不符合，严重程度为“{severity}”及以上",
    ),
    "gate.failed.one": (
        "{count} finding fails at or above severity {severity}",
        "{count} 项不符合，严重程度为“{severity}”及以上",
    ),
    "gate.interrupted": ("interrupted by {signal}: not everything was looked at", "被 {signal} 中断：未能查看全部内容"),
    "gate.not_assessed": ("{count} findings could not be assessed", "{count} 项未能评估"),
    "gate.not_assessed.one": ("{count} finding could not be assessed", "{count} 项未能评估"),
    "gate.framework_failed": (
        "{name}: {count} outcomes fail, at most {limit} may",
        "{name}：{count} 项不符合，最多允许 {limit} 项",
    ),
    "gate.framework_failed.one": (
        "{name}: {count} outcome fails, at most {limit} may",
        "{name}：{count} 项不符合，最多允许 {limit} 项",
    ),
    "gate.framework_not_assessed": (
        "{name}: {count} outcomes could not be assessed, at most {limit} may",
        "{name}：{count} 项未能评估，最多允许 {limit} 项",
    ),
    "gate.framework_not_assessed.one": (
        "{name}: {count} outcome could not be assessed, at most {limit} may",
        "{name}：{count} 项未能评估，最多允许 {limit} 项",
    ),
    "gate.nothing.open": (
        "nothing was assessed: not assessed in all: {count}",
        "未评估任何内容：未评估的检查结果共 {count} 项",
    ),
    "gate.nothing": ("nothing was assessed: no check applies to the targets", "未评估任何内容：没有适用于目标的检查项"),
    "gate.open": (
        "no failure of severity {severity} or higher; assessed: {assessed} of {due}; {count} not assessed do not close"
        " the gate: out of reach, or needed by no framework of this run",
        "没有{severity}及以上的不符合项；{due} 项中已评估 {assessed} 项；{count} 项未评估不影响门禁："
        "超出可及范围，或不为本次运行所要求的标准所需",
    ),
    "gate.open.one": (
        "no failure of severity {severity} or higher; assessed: {assessed} of {due}; {count} not assessed does not close"
        " the gate: out of reach, or needed by no framework of this run",
        "没有{severity}及以上的不符合项；{due} 项中已评估 {assessed} 项；{count} 项未评估不影响门禁："
        "超出可及范围，或不为本次运行所要求的标准所需",
    ),
    "gate.tolerated": (
        "no failure of severity {severity} or higher; assessed: {assessed} of {due}; the gate tolerates"
        " {count} not assessed (limit {limit})",
        "没有{severity}及以上的不符合项；{due} 项中已评估 {assessed} 项，未评估 {count} 项在门禁容许范围内（上限 {limit}）",
    ),
    "gate.good": (
        "all assessed, nothing failed at or above severity {severity}",
        "全部已评估，没有“{severity}”及以上的不符合项",
    ),
    # -- verdicts and severities ---------------------------------------------------------------------------------
    "verdict.fail": ("fail", "不符合"),
    "verdict.not_assessed": ("not assessed", "未评估"),
    "verdict.nothing_found": ("nothing found", "未发现"),
    "verdict.pass": ("pass", "符合"),
    "verdict.not_applicable": ("not applicable", "不适用"),
    "severity.critical": ("critical", "严重"),
    "severity.high": ("high", "高"),
    "severity.medium": ("medium", "中"),
    "severity.low": ("low", "低"),
    "severity.info": ("info", "提示"),
    "confidence.high": ("high", "高"),
    "confidence.medium": ("medium", "中"),
    "confidence.low": ("low", "低"),
    # -- reports -------------------------------------------------------------------------------------------------
    "remedy.path": ("check the path: nothing is there", "请检查路径：该处没有任何内容"),
    # -- policy --------------------------------------------------------------------------------------------------
    "judge.fail": ("expected {expected}; found {actual}", "要求 {expected}；实际 {actual}"),
    # -- commands and options ------------------------------------------------------------------------------------------
    "collect.no_output": ("name a file to write with --output FILE", "请用 --output FILE 指定输出文件"),
    "collect.not_written": ("{path} cannot be written: {problem}", "无法写入 {path}：{problem}"),
    "lang.unknown": ("--lang {name}: expected zh or en", "--lang {name}：应为 zh 或 en"),
    "help.platform": ("of images of several platforms, judge only this one", "多平台镜像只检查该平台"),
    "help.key": (
        "public key that signatures of images and SBOMs are verified with; may be repeated",
        "校验镜像与 SBOM 签名所用的公钥，可重复",
    ),
    "help.vex": (
        "VEX document (OpenVEX, CSAF, CycloneDX) about the SBOMs given; may be repeated",
        "针对所给 SBOM 的 VEX 文档（OpenVEX、CSAF、CycloneDX），可重复",
    ),
    "help.lang": ("language of all text", "所有文本的语言"),
    "help.json": ("as JSON", "以 JSON 输出"),
    "help.token_env": (
        "variable that holds the token of a Vault or OpenBao (default: VAULT_TOKEN)",
        "存放 Vault 或 OpenBao 令牌的环境变量（默认 VAULT_TOKEN）",
    ),
    "help.collect": (
        "Collect a cluster or a node into one file that can be audited elsewhere.",
        "将集群或节点信息收集为一个文件，以便在其他环境审计。",
    ),
    "help.collect.output": ("file to write", "输出文件"),
    "help.quiet": ("print the closing lines only", "只输出结尾的结论"),
}


class Sentences:
    """Says the sentences of one room, and those that all rooms share."""

    __slots__ = ("texts",)

    def __init__(self, texts: Mapping[str, tuple[str, str]]) -> None:
        """Take sentences by key, English and Chinese."""
        self.texts = texts

    def __contains__(self, key: str) -> bool:
        """Tell whether there is such a sentence."""
        return key in self.texts or key in TEXTS

    def __call__(self, key: str, **values: object) -> Text:
        """Return a sentence with its values filled in.

        Args:
            key: Its key; where ``count`` is 1 and there is ``<key>.one``, that sentence is taken.
            values: By name in the sentence; a `Text` is filled in by language.

        Raises:
            KeyError: There is no such sentence, or it lacks a value.
        """
        texts = self.texts if key in self.texts else TEXTS
        one = f"{key}.one"
        en, zh = texts[one if values.get("count") == 1 and one in texts else key]
        if any(type(value) is Text for value in values.values()):
            return Text(en.format_map(_in("en", values)), zh.format_map(_in("zh", values)))
        return Text(en.format_map(values), zh.format_map(values))


def sentences(texts: Mapping[str, tuple[str, str]]) -> Sentences:
    """Return what says the sentences of a room."""
    return Sentences(texts)


def _in(language: Language, values: Mapping[str, object]) -> dict[str, object]:
    return {name: value.to(language) if isinstance(value, Text) else value for name, value in values.items()}


say: Final = Sentences(TEXTS)
