"""The one catalogue of what the program says, in English and Chinese.

Titles, reasons and remedies of rules stand beside the rules (``rulesets/``, ``policies/``); everything else is here.
Values in braces are filled in by `say`.
"""

from __future__ import annotations

from typing import Final

from auditor.model.text import Text

CATALOGUE: Final[dict[str, tuple[str, str]]] = {
    # -- judging -----------------------------------------------------------------------------------------------
    "judge.nothing": ("nothing of this kind was found", "未发现此类对象"),
    "judge.gap": (
        "not assessed: {reason} ({what}); gaps in all: {count}",
        "未评估：{reason}（{what}）；缺口共 {count} 处",
    ),
    "judge.broken.remedy": (
        "this is a fault of the check itself: report it together with the record",
        "这是检查项自身的缺陷：请连同 record.json 一并反馈",
    ),
    # -- stage code ----------------------------------------------------------------------------------------------
    "code.left.folder": ("holds no source of the audited system", "不含被审系统的源代码"),
    "code.left.no_text": ("{count} files without text to read", "{count} 个文件不含可读文本"),
    "code.remedy.unreadable": (
        "give the account that runs auditor read permission, or name the place as a target of its own",
        "为运行 auditor 的账号授予读权限，或将该位置单独作为审计目标",
    ),
    "code.remedy.too_large": (
        "split the file, or keep generated code out of the audited tree",
        "拆分该文件，或将生成代码移出被审目录",
    ),
    "code.remedy.link": (
        "audit the place that the link points to as a target of its own: code=PATH",
        "将链接指向的位置作为单独的目标审计：code=PATH",
    ),
    "code.remedy.encoding": (
        "save the file as UTF-8 without NUL bytes, in a syntax that Python 3 accepts",
        "将文件另存为不含 NUL 字节的 UTF-8，并使用 Python 3 可接受的语法",
    ),
    "code.remedy.tool": (
        "run `auditor tools doctor`, then `auditor tools install {tool}`",
        "运行 auditor tools doctor，再运行 auditor tools install {tool}",
    ),
    "code.remedy.time": (
        "run again on a quieter machine, or split the long function or file",
        "在负载较低的机器上重试，或拆分过长的函数或文件",
    ),
    "code.remedy.memory": ("run again with more memory, or split the file", "增加内存后重试，或拆分该文件"),
    "code.remedy.syntax": (
        "mend the syntax, or move what is no source (templates, Python 2) out of the audited tree",
        "修正语法，或将非源代码文件（模板、Python 2）移出被审目录",
    ),
    "code.remedy.empty": (
        "check the path: a tree without a single readable file proves nothing",
        "请检查路径：没有任何可读文件的目录不能证明任何结论",
    ),
    "code.no_match": ("no match in the {files} files of its languages", "其适用语言的 {files} 个文件中未命中"),
    "code.no_file": ("the tree holds no file of its languages", "目录中没有其适用语言的文件"),
    "code.covered": (
        "every match is reported under the rule of ours that found the same",
        "所有命中均已归入发现同一问题的自有规则",
    ),
    "code.languages.title": ("Every programming language of the tree is read by rules", "目录中的每种编程语言都有规则覆盖"),
    "code.languages.remedy": (
        "review these files by other means and confirm the result; only the rules for secrets and defaults read them",
        "请用其他手段审查这些文件并确认结果；目前仅密钥与默认口令类规则会读取它们",
    ),
    # -- verdicts and severities ---------------------------------------------------------------------------------
    "verdict.fail": ("fail", "不符合"),
    "verdict.not_assessed": ("not assessed", "未评估"),
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
    "report.title": ("Audit report", "审计报告"),
    "report.summary": ("Summary", "总览"),
    "report.verdict.0": ("passed", "通过"),
    "report.verdict.1": ("failed", "不通过"),
    "report.verdict.3": ("not fully assessed", "未完整评估"),
    "report.verdict.4": ("integrity broken", "完整性校验失败"),
    "report.verdict.other": ("ended early", "提前结束"),
    "report.exit": ("exit code {code}", "退出码 {code}"),
    "report.why_exit": ("why", "原因"),
    "report.threshold": ("fails at {severity} or above", "阈值：{severity}及以上"),
    "report.interrupted": ("interrupted by {signal}", "被 {signal} 中断"),
    "report.assessed": ("assessed", "已评估"),
    "report.assessed.of": ("assessed {part} of {whole}", "已评估 {part} / {whole}"),
    "report.assessed.what": ("findings with a verdict out of findings due", "有结论的结果数 ÷ 应有的结果数"),
    "report.policy": ("policy coverage", "条款覆盖"),
    "report.policy.of": ("policy coverage {framework}: {part} of {whole}", "条款覆盖 {framework}：{part} / {whole}"),
    "report.policy.what": (
        "controls with at least one automated check that ran, out of all controls of the framework",
        "至少有一项自动检查已执行的条款数 ÷ 框架全部条款数",
    ),
    "report.policy.none": ("no framework was asked for", "未指定合规框架"),
    "report.missing": ("missing: {count}", "缺少：{count}"),
    "report.missing.none": ("nothing is missing", "无缺失"),
    "report.missing.controls": (
        "controls that no check of this run decided: {count}",
        "本次运行未能判定的条款：{count}",
    ),
    "report.missing.unlisted": (
        "controls without an outcome in the record: {count}",
        "记录中没有结论的条款：{count}",
    ),
    "report.failures": ("failures", "不符合项"),
    "report.failures.count": ("failures: {count}", "不符合：{count}"),
    "report.failures.none": ("no failures", "无不符合项"),
    "report.waived": ("waived: {count}", "已豁免：{count}"),
    "report.known": ("known before: {count}", "此前已知：{count}"),
    "report.worst": ("worst first", "最严重的问题"),
    "report.others": ("and {count} more of this check", "该检查项另有 {count} 处"),
    "report.fix": ("fix", "修复"),
    "report.findings": ("findings", "结果"),
    "report.new": ("new", "新增"),
    "report.new.title": ("New failures", "新增不符合项"),
    "report.known.title": ("Known before", "此前已知"),
    "report.waived.title": ("Waived", "已豁免"),
    "report.failures.title": ("Failures", "不符合项"),
    "report.gaps.title": ("Not assessed", "未评估"),
    "report.gaps.none": ("everything looked for was seen", "应查看的内容均已查看"),
    "report.gaps.count": ("not assessed: {findings} findings, {gaps} gaps", "未评估：{findings} 项结果，{gaps} 处缺口"),
    "report.gap.notice": (
        "not assessed: {reason}: {what} ({kind}, {target}): {detail}",
        "未评估：{reason}：{what}（{kind}，{target}）：{detail}",
    ),
    "report.gap.all": ("everything of this kind", "此类全部对象"),
    "report.gap.rest": ("{count} more gaps, listed in record.json", "另有 {count} 处缺口，见 record.json"),
    "report.broken.notice": (
        "stage {stage} on {target} broke: {problem}",
        "阶段 {stage} 在 {target} 上出错：{problem}",
    ),
    "report.left": ("left out on purpose", "有意排除"),
    "report.left.none": ("nothing was left out", "无排除项"),
    "report.left.what": ("what", "对象"),
    "report.outcomes": ("outcomes by framework", "各框架结论"),
    "report.outcome.manual": ("manual", "需人工确认"),
    "report.outcome.open": ("open until a person confirms it", "待人工确认"),
    "report.control": ("control", "条款"),
    "report.tools": ("tools", "工具"),
    "report.tool": ("tool", "工具"),
    "report.tool.version": ("version", "版本"),
    "report.tool.digest": ("digest", "摘要"),
    "report.tool.allowed": ("allowed", "准许"),
    "report.tool.refused": ("not allowed, run on request", "未经准许，按用户要求运行"),
    "report.run": ("run", "运行"),
    "report.run.started": ("started", "开始时间"),
    "report.run.seconds": ("seconds", "耗时（秒）"),
    "report.run.rules": ("rules", "规则摘要"),
    "report.run.arguments": ("arguments", "命令参数"),
    "report.run.compared": ("compared with", "对比基准"),
    "report.run.system": ("system", "系统"),
    "report.run.stage": ("stage", "阶段"),
    "report.run.target": ("target", "目标"),
    "report.run.observed": ("observed", "新观测"),
    "report.run.reused": ("reused", "复用"),
    "report.run.problem": ("problem", "问题"),
    "report.files": ("files", "文件"),
    "report.severity": ("severity", "严重程度"),
    "report.verdict": ("verdict", "结论"),
    "report.confidence": ("confidence", "置信度"),
    "report.count": ("count", "数量"),
    "report.check": ("check", "检查项"),
    "report.where": ("where", "位置"),
    "report.why": ("why it matters", "为何重要"),
    "report.what": ("what decided", "判定依据"),
    "report.expected": ("expected", "期望值"),
    "report.actual": ("actual", "实际值"),
    "report.remediation": ("how to mend it", "修复方法"),
    "report.remedy": ("how to have it assessed", "如何使其得到评估"),
    "report.reason": ("reason", "原因"),
    "report.subject": ("subject", "对象"),
    "report.snippet": ("in the code", "代码片段"),
    "report.patch": ("smallest change", "最小改动"),
    "report.evidence": ("evidence", "证据"),
    "report.references": ("read more", "参考资料"),
    "report.source": ("asked for by", "要求来源"),
    "report.rule": ("rule", "规则"),
    "report.controls": ("controls", "对应条款"),
    "report.suppression": ("a comment in the code asks to hide it", "代码注释要求忽略"),
    "report.suppression.by": (
        "{comment} (by {author}, {date}); it stays a failure",
        "{comment}（{author}，{date}）；结论仍为不符合",
    ),
    "report.suppression.unknown": ("unknown to git", "git 无记录"),
    "report.waiver": ("waiver", "豁免"),
    "report.waiver.by": (
        "{id}: {reason} (owner {owner}, approved by {approver}, until {expires})",
        "{id}：{reason}（申请人 {owner}，批准人 {approver}，有效期至 {expires}）",
    ),
    "report.component": ("component", "组件"),
    "report.vulnerability": ("vulnerability", "漏洞"),
    "report.fingerprint": ("fingerprint", "指纹"),
    "report.violated": ("not so: {title}", "不满足：{title}"),
    "report.sarif.left": ("results left out", "省略的结果"),
    "report.sarif.root": ("folder in which the run was started", "运行所在目录"),
    "report.sarif.dropped": (
        "{count} of {all} failures are left out here to stay within the upload limits; record.json has all of them",
        "为满足上传限制，此处省略了 {all} 项不符合中的 {count} 项；record.json 含全部结果",
    ),
    "report.more": (
        "{count} more are not shown here; record.json has all of them",
        "另有 {count} 项未在此显示；record.json 含全部结果",
    ),
    "report.filter": ("filter", "筛选"),
    "report.filter.text": ("search in all text", "全文搜索"),
    "report.filter.file": ("file or subject", "文件或对象"),
    "report.filter.all": ("all", "全部"),
    "report.filter.reset": ("reset", "重置"),
    "report.filter.new": ("only new", "仅新增"),
    "report.filter.shown": ("{shown} of {all}", "{shown} / {all}"),
    "report.filter.nothing": ("no finding matches", "没有匹配的结果"),
    "report.filter.more": ("show more", "显示更多"),
    "report.noscript": (
        "scripts are off: the worst {shown} of {all} findings are listed, without filters; record.json has all of them",
        "脚本已关闭：仅列出最严重的 {shown} 项（共 {all} 项），不可筛选；record.json 含全部结果",
    ),
    "report.theme": ("light or dark", "浅色或深色"),
    "report.theme.auto": ("auto", "自动"),
    "report.theme.light": ("light", "浅色"),
    "report.theme.dark": ("dark", "深色"),
    "report.made_by": (
        "made by auditor {version} from record.json; a pass here is evidence of a self-check, not a certificate",
        "由 auditor {version} 依据 record.json 生成；此处“符合”是自查证据，不等于测评结论",
    ),
    "report.format.unknown": (
        "unknown report format {format!r} (expected one of {known}); did you mean {nearest}?",
        "未知的报告格式 {format!r}（可用：{known}）；是否想用 {nearest}？",
    ),
}


def say(key: str, **values: object) -> Text:
    """Return a sentence of the catalogue with its values filled in.

    Raises:
        KeyError: The catalogue lacks the key, or the sentence a value.
    """
    en, zh = CATALOGUE[key]
    return Text(en.format_map(values), zh.format_map(values))
