"""The one catalogue of what the program says, in English and Chinese.

Titles, reasons and remedies of rules stand beside the rules (``rulesets/``, ``policies/``); everything else is here.
Values in braces are filled in by `say`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.model.text import Language

CATALOGUE: Final[dict[str, tuple[str, str]]] = {
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
    "help.auditor": (
        "Audit self-hosted AI-agent and LLM platforms: observe, judge, seal, report. Silence is never a pass.",
        "审计自建的 AI 智能体与大模型平台：观测、判定、封存、报告。沉默不等于通过。",
    ),
    "help.run": (
        "Observe, judge and report. Reads auditor.yaml, or finds out what a folder holds.\n\n"
        "Exit codes: 0 all assessed, nothing failed · 1 failures · 2 usage · 3 not fully assessed · 4 integrity.\n\n"
        "Examples:\n\n  auditor run\n\n  auditor run services/\n\n"
        "  auditor run code=src/ kubernetes=deploy/ --fail-on high\n\n  auditor run code=. --new-since main",
        "观测、判定并生成报告。读取 auditor.yaml，或自动识别目录内容。\n\n"
        "退出码：0 全部评估且无不符合 · 1 有不符合 · 2 用法错误 · 3 未完全评估 · 4 完整性校验失败。\n\n"
        "示例：\n\n  auditor run\n\n  auditor run services/\n\n"
        "  auditor run code=src/ kubernetes=deploy/ --fail-on high\n\n  auditor run code=. --new-since main",
    ),
    "help.run.targets": (
        "kind=where (code, image, sbom, kubernetes, node, tls, custody, lineage, auditlog), or a folder to be searched",
        "kind=where（code、image、sbom、kubernetes、node、tls、custody、lineage、auditlog），或待识别的目录",
    ),
    "help.config": (
        "configuration file, in full effect (without it and without a target, ./auditor.yaml within limits)",
        "配置文件，全部生效（未给出且未给目标时，./auditor.yaml 在限制范围内生效）",
    ),
    "help.trust_config": (
        "let ./auditor.yaml take full effect: servers, variables, policies, outside paths, a looser gate",
        "使 ./auditor.yaml 全部生效：服务器、变量、策略、目录外路径、更宽松的门禁",
    ),
    "help.gate": (
        "file with a gate policy; it beats that of the configuration",
        "门禁策略文件，优先于配置中的门禁",
    ),
    "run.rescued": ("the record of the run is in {place}", "本次运行的记录保存在 {place}"),
    "plan.not_trusted": (
        "without effect, for nobody named {path}: name it (--config FILE) or trust it (--trust-config)",
        "不生效：{path} 是自动找到而非指定的（请用 --config FILE 或 --trust-config）",
    ),
    "pipeline.remedy.not_trusted": (
        "name the configuration with --config, or trust it with --trust-config, if nobody else can write it",
        "若他人无法改写该配置，请用 --config 指定，或用 --trust-config 信任",
    ),
    "help.only": ("run only these stages", "只运行这些阶段"),
    "help.skip": ("do not run these stages", "不运行这些阶段"),
    "help.framework": ("assess this framework too (repeatable)", "同时评估该标准（可重复）"),
    "help.format": (
        "json, html, sarif, junit, markdown (repeatable; default: all)",
        "json、html、sarif、junit、markdown（可重复；默认全部）",
    ),
    "help.output": (
        "folder of this run, absent or empty (default: a new one below .auditor/runs); - for stdout",
        "本次运行的目录，须不存在或为空（默认在 .auditor/runs 下新建）；- 表示标准输出",
    ),
    "help.fail_on": (
        "least severity that fails the run: critical, high, medium, low, info (default: low)",
        "使运行失败的最低严重程度：critical、high、medium、low、info（默认 low）",
    ),
    "help.new_since": (
        "only failures that an earlier run or git revision did not have count",
        "只计入此前运行或 git 版本中没有的不符合项",
    ),
    "help.no_cache": ("observe everything again", "全部重新观测"),
    "help.offline": ("use no network but to reach a target (always so)", "除访问目标外不使用网络（始终如此）"),
    "help.allow_tool": (
        "run this wrapped program although its version or digest is not allowed; the record says so",
        "即使版本或摘要未获许可也运行该程序；记录中会注明",
    ),
    "help.tools.doctor.crypto": (
        "only the known answers of SM2, SM3 and SM4, by every implementation in use",
        "仅核对各实现的 SM2、SM3、SM4 已知答案",
    ),
    "doctor.crypto.holds": ("known answer", "与已知答案一致"),
    "doctor.crypto.wrong": ("WRONG ANSWER", "答案不符"),
    "help.tls_profile": (
        "what tls= targets are held to: sm-only, sm-preferred, mixed (default), international-modern, or a file",
        "tls= 目标所依据的配置：sm-only、sm-preferred、mixed（默认）、international-modern 或自定义文件",
    ),
    "help.tls_trust": ("trust anchors of tls= targets", "tls= 目标的信任根证书"),
    "help.stage_limit": ("wall limit of a stage on a target", "每个阶段在每个目标上的时限"),
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
    "help.platform": ("of images of several platforms, judge only this one", "多平台镜像只检查该平台"),
    "help.key": (
        "public key that signatures of images and SBOMs are verified with; may be repeated",
        "校验镜像与 SBOM 签名所用的公钥，可重复",
    ),
    "help.vex": (
        "VEX document (OpenVEX, CSAF, CycloneDX) about the SBOMs given; may be repeated",
        "针对所给 SBOM 的 VEX 文档（OpenVEX、CSAF、CycloneDX），可重复",
    ),
    "help.quiet": ("no talk on stderr", "不在标准错误输出信息"),
    "help.lang": ("language of all text", "所有文本的语言"),
    "help.version": ("print the version", "显示版本"),
    "help.demo": (
        "Audit the bundled example platform, a copy of which is put into a folder.",
        "审计内置的示例平台（先复制到一个目录）。",
    ),
    "help.demo.also": ("targets to audit beside it", "同时审计的其他目标"),
    "help.demo.folder": ("folder for the copy", "副本所在目录"),
    "help.init": ("Write an auditor.yaml for what lies in a folder.", "根据目录内容生成 auditor.yaml。"),
    "help.init.folder": ("folder to search", "要识别的目录"),
    "help.init.force": ("replace a file that is there", "覆盖已有文件"),
    "help.report": (
        "Write reports of a finished run again, in other formats or another language.",
        "以其他格式或语言重新生成某次运行的报告。",
    ),
    "help.replay": (
        "Judge the stored facts of a run again, with the rules of this version; no target is needed.\n\n"
        "Exit codes: 0 every finding is what it was, to the byte · 1 findings differ, and are listed · 2 usage.",
        "用本版本的规则对已保存的事实重新判定；无需访问审计目标。\n\n"
        "退出码：0 所有结论与当时逐字节一致 · 1 存在差异（逐条列出） · 2 用法错误。",
    ),
    "replay.same": (
        "{count} findings judged again: each is what it was, to the byte",
        "已重新判定 {count} 项结果：与当时逐字节一致",
    ),
    "replay.same.one": (
        "{count} finding judged again: it is what it was, to the byte",
        "已重新判定 {count} 项结果：与当时逐字节一致",
    ),
    "replay.rules.same": ("rules: those of the run", "规则：与该次运行相同"),
    "replay.rules.other": ("rules: others than those of the run", "规则：与该次运行不同"),
    "replay.gone": ("was: {verdict}  {id}  {target}  {subject}", "当时：{verdict}  {id}  {target}  {subject}"),
    "replay.come": ("now: {verdict}  {id}  {target}  {subject}", "现在：{verdict}  {id}  {target}  {subject}"),
    "replay.differs": (
        "{count} findings of now differ from those of then",
        "现有 {count} 项结果与当时不同",
    ),
    "replay.differs.one": (
        "{count} finding of now differs from those of then",
        "现有 {count} 项结果与当时不同",
    ),
    "help.report.run": ("folder or id of a run, or latest", "运行目录、运行编号或 latest"),
    "help.checks": ("List the checks.", "列出检查项。"),
    "help.checks.stage": ("only of this stage", "只列出该阶段"),
    "help.json": ("as JSON", "以 JSON 输出"),
    "help.verify": (
        "Check a sealed bundle: digests, chain, signatures, time stamp.",
        "校验封存证据包：摘要、运行链、签名、时间戳。",
    ),
    "help.verify.place": ("bundle, folder of a run, run id, or latest", "证据包、运行目录、运行编号或 latest"),
    "help.verify.trust": ("public key or certificate of a signer that is trusted", "可信签名者的公钥或证书"),
    "help.verify.threshold": ("signatures by trusted keys that are wanted", "要求的可信签名数"),
    "help.verify.tsa_trust": ("certificates of time-stamp authorities that are trusted", "可信授时机构证书"),
    "help.verify.previous": ("the evidence before it, to check the chain", "前一次证据，用于核对运行链"),
    "help.run.bundle": ("write the sealed run as one file, too", "同时将封存的运行写为单个文件"),
    "bundle.written": ("bundle written to {path}", "证据包已写入 {path}"),
    "help.gate.command": ("Apply a gate policy to a finished run.", "对已完成的运行应用门禁策略。"),
    "help.gate.policy": ("the policy; that of the run if not given", "门禁策略文件；默认使用该次运行的策略"),
    "gate.said": ("exit code {exit_code}: {reason}", "退出码 {exit_code}：{reason}"),
    "gate.stage_lacking": ("stage {stage} is required and did not run to its end", "必需阶段 {stage} 未完整执行"),
    "gate.too_old": (
        "the age of the run, {age} in days, is over the limit of {limit}",
        "该次运行已有 {age} 天，门禁上限 {limit} 天",
    ),
    "gate.denied": ("the gate policy denies it, reasons {count}: {first}", "门禁策略拒绝，理由 {count} 条：{first}"),
    "gate.unanswered": ("the gate policy could not be asked: {problem}", "无法执行门禁策略：{problem}"),
    "help.diff": ("What differs between two runs, and why.", "比较两次运行的差异及其原因。"),
    "help.diff.before": ("the earlier run or bundle", "较早的运行或证据包"),
    "help.diff.after": ("the later run or bundle", "较晚的运行或证据包"),
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
    "bundle.broken": ("{place}: {what}", "{place}：{what}"),
    "help.bundle": ("Write a sealed run as one file.", "将封存的运行写为单个文件。"),
    "help.bundle.output": ("the file to write", "输出文件"),
    "help.sign": ("Add signatures and time stamps to a sealed run.", "为封存的运行追加签名与时间戳。"),
    "help.sign.key": (
        "sign with a PKCS#8 file, or command:PUBLIC.pem:PROGRAM; may be repeated",
        "以 PKCS#8 文件或 command:PUBLIC.pem:PROGRAM 签名；可重复",
    ),
    "help.sign.password": ("variable that holds the password of the key file", "存放密钥文件口令的环境变量"),
    "help.sign.tsa": ("time-stamp authority to ask (RFC 3161)", "授时机构地址（RFC 3161）"),
    "help.sign.tsa_ca": ("certificates by which an https authority is checked", "校验 https 授时机构的证书"),
    "help.evidence": (
        "How long runs are kept: list, chain, hold, release, prune.",
        "运行留存：列出、核链、保全、解除、清理。",
    ),
    "help.evidence.list": ("List runs with their place in the chain.", "列出运行及其链中位置。"),
    "help.evidence.chain": ("Check that the runs are one chain without a hole.", "检查运行链是否完整无缺。"),
    "help.evidence.hold": ("Keep a run whatever its age.", "保全某次运行，不受期限影响。"),
    "help.evidence.release": ("Let a run go with its age again.", "解除保全。"),
    "help.evidence.prune": (
        "Remove old runs; a sealed note keeps their seals.",
        "清理过期运行；以封存的记录保留其封签。",
    ),
    "help.evidence.runs": ("folder of the runs", "运行目录"),
    "help.evidence.run": ("name of the run's folder", "运行目录名"),
    "help.evidence.by": ("who asks for it", "申请人"),
    "help.evidence.reason": ("why", "原因"),
    "help.evidence.keep": ("days that runs are kept", "保留天数"),
    "help.evidence.dry": ("only say what would go", "仅列出将被清理者"),
    "help.waive": ("Waivers: add, list, audit.", "豁免：新增、列出、核查。"),
    "help.waive.add": ("Add a waiver, if it would count today.", "新增豁免（须当日有效）。"),
    "help.waive.list": ("List waivers and whether they count today.", "列出豁免及其当日是否有效。"),
    "help.waive.audit": ("Hold waivers against the failures of a run.", "以某次运行的不符合项核查豁免。"),
    "help.waive.file": ("file of the waivers", "豁免文件"),
    "help.waive.check": ("id of the check", "检查项编号"),
    "help.waive.subject": ("pattern of subjects (* and ?)", "对象模式（* 与 ?）"),
    "help.waive.target": ("pattern of targets (* and ?)", "目标模式（* 与 ?）"),
    "help.waive.framework": ("only failures that speak to this framework", "仅限涉及该标准的不符合项"),
    "help.waive.id": ("id of the waiver", "豁免编号"),
    "help.waive.reason": ("why", "原因"),
    "help.waive.owner": ("who asks for it", "申请人"),
    "help.waive.approver": ("who agreed; somebody else", "批准人（须为他人）"),
    "help.waive.expires": ("last day on which it counts, at most 365 days ahead", "最后有效日，最长 365 天"),
    "help.waive.zone": ("zone of the days", "日期所在时区"),
    "help.waive.ticket": ("where it was discussed", "工单"),
    "help.waive.compensating": ("what lowers the risk meanwhile", "补偿措施"),
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
    "waive.counts": ("counts until {until} ({zone})", "有效期至 {until}（{zone}）"),
    "help.frameworks": ("List the frameworks with their coverage.", "列出标准及其覆盖情况。"),
    "help.explain": (
        "Explain a check, a control or a finding: what, why, how to mend it, where it comes from.",
        "说明一个检查项、控制项或发现：是什么、为什么、如何整改、出处。",
    ),
    "help.explain.id": (
        "check id, control id, or the first 8 digits of a finding's fingerprint",
        "检查项编号、控制项编号，或发现指纹的前 8 位",
    ),
    "help.explain.run": ("run to look for a finding in", "在哪次运行中查找发现"),
    "help.schema": (
        "Print a published JSON Schema: record, config; or the ids of measures.",
        "输出已发布的 JSON Schema：record、config；或度量项编号。",
    ),
    "help.schema.name": ("record, config or measures", "record、config 或 measures"),
    "help.tools": (
        "The wrapped programs: found, version, digest, allowed.",
        "外部程序：是否找到、版本、摘要、是否许可。",
    ),
    "help.tools.list": ("List what is wrapped and how it is got.", "列出外部程序及其获取方式。"),
    "help.tools.doctor": (
        "Say how it stands with every program. Exit code 3: one is missing, 4: one is refused.",
        "检查每个程序的状态。退出码 3：有缺失；4：有被拒绝。",
    ),
    "help.tools.install": (
        "Install programs into the cache folder, each once; an interrupted installation goes on.",
        "将程序安装到缓存目录，每个只装一次；中断后可继续。",
    ),
    "help.tools.install.names": (
        "names of programs, or of stages (default: what all stages need)",
        "程序名或阶段名（默认：所有阶段所需）",
    ),
    "help.frameworks.list": ("List the frameworks with their coverage.", "列出标准及其覆盖情况。"),
    "help.frameworks.show": (
        "Show every control of a framework: decided how, needs what, and what a run says of it.",
        "显示标准的每个控制项：如何判定、需要什么、某次运行的结论。",
    ),
    "help.frameworks.id": ("id of the framework", "标准编号"),
    "help.frameworks.run": ("run whose verdicts are shown", "显示哪次运行的结论"),
    "help.frameworks.edition": ("number the controls as in this edition", "按该版本编号"),
    "help.token_env": (
        "variable that holds the token of a Vault or OpenBao (default: VAULT_TOKEN)",
        "存放 Vault 或 OpenBao 令牌的环境变量（默认 VAULT_TOKEN）",
    ),
    "help.db": ("The vulnerability database.", "漏洞库。"),
    "help.db.status": (
        "Say how the database stands: age, feeds, what it has data for. Exit 3 if there is none or it is too old, 4 if it is damaged.",
        "显示漏洞库状态：时效、数据来源、覆盖范围。不存在或过旧时退出码为 3，损坏时为 4。",
    ),
    "help.db.status.json": ("as JSON", "以 JSON 输出"),
    "help.db.import": (
        "Import a database that was carried in: checked, taken over by grype, tried out, then put in place in one step.",
        "导入离线带入的漏洞库：先校验，由 grype 接收并自测，最后一步完成替换。",
    ),
    "help.db.import.file": (
        "vulnerability.db, or an archive that holds it (.tar.zst, .tar.gz, .tar.xz)",
        "vulnerability.db，或含有它的归档（.tar.zst、.tar.gz、.tar.xz）",
    ),
    "help.db.import.signature": (
        "signed manifest of the database (a DSSE envelope over what `auditor db manifest` writes)",
        "漏洞库的签名清单（对 `auditor db manifest` 输出内容的 DSSE 信封）",
    ),
    "help.db.import.key": ("public key that is trusted to sign it, repeatable", "受信任的签名公钥，可重复"),
    "help.db.import.digest": ("SHA-256 that the file must have", "文件应有的 SHA-256"),
    "help.db.import.rollback": (
        "take it although the database in use is newer; the record says so",
        "即使现用漏洞库更新也予以导入；记录中会注明",
    ),
    "help.db.build": (
        "Build a database from advisories: the same files and time give the same bytes.",
        "由安全公告构建漏洞库：相同文件与时间得到逐字节相同的结果。",
    ),
    "help.db.build.sources": (
        "files and folders: OSV (.json, .jsonl, .zip), CSAF 2.0, updateinfo.xml, OVAL; EPSS (.csv) and the catalogue of exploited vulnerabilities; .gz .bz2 .xz .zst as well",
        "文件或目录：OSV（.json、.jsonl、.zip）、CSAF 2.0、updateinfo.xml、OVAL；EPSS（.csv）与在野利用目录；亦可为 .gz .bz2 .xz .zst",
    ),
    "help.db.build.output": ("folder for vulnerability.db and build.json", "vulnerability.db 与 build.json 的输出目录"),
    "help.db.build.built": (
        "time of the build, as 2026-11-28T00:00:00Z (default: now)",
        "构建时间，如 2026-11-28T00:00:00Z（默认为当前时间）",
    ),
    "help.db.build.distribution": (
        "release of the distribution that a feed is about, where it does not say (openeuler:22.03-LTS-SP3)",
        "数据源未注明时，指定其所属发行版（如 openeuler:22.03-LTS-SP3）",
    ),
    "help.db.manifest": (
        "Write what is to be signed before a database is carried in: digest, size, schema, time of build, feeds.",
        "输出离线带入前应签名的内容：摘要、大小、结构版本、构建时间、数据来源。",
    ),
    "help.db.manifest.file": ("vulnerability.db", "vulnerability.db"),
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
    "db.imported": ("imported {at} from {source}, SHA-256 {digest}", "{at} 由 {source} 导入，SHA-256 {digest}"),
    "db.signed": ("signed by {keys}", "签名者 {keys}"),
    "db.unsigned": ("not signed", "未签名"),
    "db.rolled_back": ("took the place of a newer one, built {built}", "替换了更新的漏洞库（构建于 {built}）"),
    "db.unknown_origin": ("not imported by auditor: nobody knows how it came here", "并非由 auditor 导入，来源不明"),
    "help.fix_out": (
        "write the smallest patch of each failure that has one into this folder; nothing is applied",
        "将每个不符合项的最小补丁写入该目录；不会自动应用",
    ),
    "framework.column.number": ("control", "控制项"),
    "framework.column.title": ("title", "标题"),
    "framework.column.decided": ("decided", "判定方式"),
    "framework.column.checks": ("checks", "检查项"),
    "framework.column.needs": ("needs", "所需"),
    "framework.column.verdict": ("verdict here", "本次结论"),
    "framework.decided.automated": ("fully", "自动"),
    "framework.decided.partial": ("in part", "部分"),
    "framework.decided.manual": ("by a person", "人工"),
    "framework.no_verdict": ("not in this run", "本次未涉及"),
    "framework.open": ("(a person confirms)", "（待人工确认）"),
    "framework.unknown": ("no framework {name!r}; known: {known}", "没有标准 {name!r}；可用：{known}"),
    "framework.no_edition": (
        "{name} has no edition {edition!r}; known: {known}",
        "{name} 没有版本 {edition!r}；可用：{known}",
    ),
    "docs.numbers": ("number by edition", "各版本编号"),
    "patches.title": ("Patches", "补丁"),
    "patches.how": (
        "A `.json` file is a JSON Patch (RFC 6902) of the object named: `kubectl patch KIND NAME -n NAMESPACE --type=json"
        " --patch-file FILE`, or the same change in the template named. A `.txt` file is a command for the node. Read each"
        " before you apply it.",
        "`.json` 文件是针对所列对象的 JSON Patch（RFC 6902）：`kubectl patch KIND NAME -n NAMESPACE --type=json"
        " --patch-file FILE`，或在所列模板中做相同修改。`.txt` 文件是在节点上执行的命令。应用前请逐一核对。",
    ),
    "patches.written": ("{count} patches are written to {path}", "已将 {count} 个补丁写入 {path}"),
    "patches.written.one": ("{count} patch is written to {path}", "已将 {count} 个补丁写入 {path}"),
    "help.token_file": (
        "file that holds the token",
        "存放令牌的文件",
    ),
    "help.collect.vault": (
        "Write a snapshot of a Vault or OpenBao, read-only; secrets stay behind. Audit it with custody=FILE.",
        "以只读方式生成 Vault 或 OpenBao 快照，不含秘密。用 custody=FILE 审计。",
    ),
    "help.collect.address": (
        "https://host:port (default: VAULT_ADDR)",
        "https://host:port（默认 VAULT_ADDR）",
    ),
    "help.collect.policy": (
        "print the ACL policy that this takes, and do nothing else",
        "仅打印所需的 ACL 策略",
    ),
    "collect.no_address": (
        "name the server: an address that begins with https://, or VAULT_ADDR",
        "请指定服务器：以 https:// 开头的地址，或设置 VAULT_ADDR",
    ),
    "collect.vault_failed": (
        "the server cannot be read: {reason}: {detail}",
        "无法读取服务器：{reason}：{detail}",
    ),
    "collect.vault_written": (
        "{path} is written; requests refused: {refused}",
        "已写入 {path}；被拒绝的请求：{refused}",
    ),
    "help.custody": (
        "Records of key ceremonies, and what an air-gapped site carries in.",
        "密钥仪式记录，以及物理隔离站点带入的软件包。",
    ),
    "help.record": (
        "Records of key ceremonies: draw up, sign, prove.",
        "密钥仪式记录：起草、签名、验证。",
    ),
    "help.record.new": (
        "Draw up the record of an event, chained to the one before.",
        "起草一次事件的记录，并与上一条记录相链接。",
    ),
    "help.record.sign": (
        "Add the signature of a participant: by a key in a file, or made by another program (a module, a token).",
        "加入参与者的签名：使用文件中的密钥，或由其他程序（密码模块、令牌）生成。",
    ),
    "help.record.verify": (
        "Prove signatures, quorum and chain. Exit 0: all proven; 1: something is wrong.",
        "验证签名、人数与记录链。退出码 0：全部通过；1：存在问题。",
    ),
    "help.record.schema": (
        "Print the JSON Schema of a record.",
        "打印记录的 JSON Schema。",
    ),
    "help.record.kind": (
        "init, rekey, rotate, generate_root, unseal_drill, restore_drill, custodian_change, module_inventory",
        "init、rekey、rotate、generate_root、unseal_drill、restore_drill、custodian_change、module_inventory",
    ),
    "help.record.after": (
        "record before this one",
        "上一条记录",
    ),
    "help.record.participant": (
        "somebody who takes part: id, role (custodian, operator, witness, auditor), organisation, certificate (repeatable)",
        "参与者：标识、角色（custodian、operator、witness、auditor）、组织、证书（可重复）",
    ),
    "help.record.cluster": (
        "id of the cluster",
        "集群标识",
    ),
    "help.record.shares": (
        "shares in all",
        "分片总数",
    ),
    "help.record.threshold": (
        "shares that open the seal",
        "解封所需分片数",
    ),
    "help.record.place": (
        "where it happens",
        "地点",
    ),
    "help.record.file": (
        "file of the record",
        "记录文件",
    ),
    "help.record.files": (
        "records, or folders of them",
        "记录文件或目录",
    ),
    "help.record.as": (
        "id of the participant who signs",
        "签名者标识",
    ),
    "help.record.certificate": (
        "certificate of the signer (PEM or DER)",
        "签名者证书（PEM 或 DER）",
    ),
    "help.record.key": (
        "private key in PEM, SM2 or Ed25519: for drills; in earnest sign with a module and give --value",
        "PEM 私钥（SM2 或 Ed25519），用于演练；正式签名请使用密码模块并给出 --value",
    ),
    "help.record.value": (
        "signature that another program made over the octets (--print-octets): plain, base64 or hex",
        "其他程序对 --print-octets 输出所做的签名：二进制、base64 或十六进制",
    ),
    "help.record.octets": (
        "print the octets that are signed, and do nothing else",
        "仅打印待签名的字节",
    ),
    "help.record.root": (
        "certificate that signers chain to (repeatable)",
        "签名者证书链所至的根证书（可重复）",
    ),
    "help.record.quorum": (
        "custodians that sign at least (default: rulesets/custody)",
        "最少签名保管人数（默认取 rulesets/custody）",
    ),
    "help.record.algorithm": (
        "accepted algorithm: SM2-SM3, Ed25519, ECDSA-SHA256, RSA-SHA256 (repeatable; default: rulesets/custody)",
        "接受的算法：SM2-SM3、Ed25519、ECDSA-SHA256、RSA-SHA256（可重复；默认取 rulesets/custody）",
    ),
    "record.kind.unknown": (
        "{kind!r} is no kind of event; known: {known}",
        "{kind!r} 不是事件类型；可用：{known}",
    ),
    "record.exists": (
        "{path} is there already",
        "{path} 已存在",
    ),
    "record.written": (
        "{path} is drawn up: fill it in, then have it signed",
        "已起草 {path}：请补充内容后签名",
    ),
    "record.sign.needs": (
        "name the signer with --as, their --certificate, and either --key or --value",
        "请用 --as 指定签名者，给出 --certificate，以及 --key 或 --value 之一",
    ),
    "record.stranger": (
        "{who!r} takes no part in this event",
        "{who!r} 未参与该事件",
    ),
    "record.not_signed": (
        "not signed: {problem}",
        "未签名：{problem}",
    ),
    "record.signed": (
        "{path}: signed by {who} ({algorithm})",
        "{path}：已由 {who} 签名（{algorithm}）",
    ),
    "record.algorithm.unknown": (
        "{name!r} is no algorithm; known: {known}",
        "{name!r} 不是算法；可用：{known}",
    ),
    "record.none": (
        "no record was found",
        "未找到记录",
    ),
    "record.participant.wrong": (
        "{text!r} is no ID:ROLE:ORGANISATION[:CERTIFICATE]; roles: {roles}",
        "{text!r} 不符合 ID:ROLE:ORGANISATION[:CERTIFICATE]；角色：{roles}",
    ),
    "record.unreadable": (
        "{path} cannot be read: {problem}",
        "无法读取 {path}：{problem}",
    ),
    "help.package": (
        "What an air-gapped site carries in: a signed manifest of its files.",
        "物理隔离站点带入的软件包：已签名的文件清单。",
    ),
    "help.package.new": (
        "Write the manifest of a folder (offline-package.json): size, SHA-256 and SM3 of each file.",
        "生成目录清单（offline-package.json）：每个文件的大小、SHA-256 与 SM3。",
    ),
    "help.package.verify": (
        "Compare a folder with its manifest. Exit 0: whole and signed; 1: something is wrong.",
        "将目录与清单比对。退出码 0：完整且已签名；1：存在问题。",
    ),
    "help.package.folder": (
        "folder of the package",
        "软件包目录",
    ),
    "help.package.product": (
        "vault or openbao",
        "vault 或 openbao",
    ),
    "help.package.version": (
        "version of the product",
        "产品版本",
    ),
    "package.written": (
        "{path}; files: {count}",
        "{path}；文件数：{count}",
    ),
    "package.no_root": (
        "no release key was given (--root)",
        "未给出发布密钥（--root）",
    ),
    "help.collect": (
        "Collect a cluster or a node into one file that can be audited elsewhere.",
        "将集群或节点信息收集为一个文件，以便在其他环境审计。",
    ),
    "help.collect.cluster": (
        "Write a snapshot of a cluster, read-only; secrets stay behind. Audit it with kubernetes=FILE.",
        "以只读方式生成集群快照，不含密钥数据。用 kubernetes=FILE 审计。",
    ),
    "help.collect.node": (
        "Write the facts of this node (node-facts/1); run it as root. Audit it with node=FILE.",
        "生成本节点的事实（node-facts/1），请以 root 运行。用 node=FILE 审计。",
    ),
    "help.collect.context": (
        "context of the kubeconfig (default: the current one)",
        "kubeconfig 中的 context（默认当前 context）",
    ),
    "help.collect.output": ("file to write", "输出文件"),
    "help.collect.certificates": (
        "read the public certificates of Secrets of type kubernetes.io/tls; without, of Secrets metadata only",
        "读取 kubernetes.io/tls 类型 Secret 中的公开证书；关闭后仅读取 Secret 的元数据",
    ),
    "help.collect.rbac": (
        "print the read-only ClusterRole that this takes, and do nothing else",
        "仅打印所需的只读 ClusterRole",
    ),
    "help.collect.root": ("where the node's file system is mounted", "节点文件系统的挂载位置"),
    "help.collect.node_name": ("name of the node", "节点名称"),
    "help.collect.script": (
        "print the collector: one file that needs only Python 3.8, to be carried to the node",
        "打印采集脚本：单个文件，仅需 Python 3.8，可携带至节点运行",
    ),
    "help.collect.manifest": (
        "print a DaemonSet that runs the collector on every node, or with --node a Job for that one",
        "打印在每个节点运行采集脚本的 DaemonSet；与 --node 同用时打印仅在该节点运行的 Job",
    ),
    "collect.no_output": ("name a file to write with --output FILE", "请用 --output FILE 指定输出文件"),
    "collect.failed": ("the cluster cannot be collected: {reason}: {detail}", "无法收集集群：{reason}：{detail}"),
    "collect.not_written": ("{path} cannot be written: {problem}", "无法写入 {path}：{problem}"),
    "collect.cluster_written": (
        "{path} is written; what was refused (each is a gap of the audit): {refused}",
        "已写入 {path}；被拒绝的请求（均为审计缺口）：{refused}",
    ),
    "error": ("error: {message}", "错误：{message}"),
    "lang.unknown": ("--lang {name}: expected zh or en", "--lang {name}：应为 zh 或 en"),
    "severity.unknown": ("unknown severity {name!r}; known: {known}", "未知的严重程度 {name!r}；可用：{known}"),
    "schema.unknown": (
        "unknown schema {name!r}; known: record, config, measures",
        "未知的 schema {name!r}；可用：record、config、measures",
    ),
    "format.stream": ("--output - takes exactly one --format", "--output - 需要且只能指定一个 --format"),
    "checks.count": ("{count} checks", "共 {count} 个检查项"),
    "checks.count.one": ("{count} check", "共 {count} 个检查项"),
    "frameworks.counts": (
        "controls {total}: automated {automated}, partial {partial}, manual {manual}; with checks {with_checks}; "
        "checks {checks}; high-risk cases {high_risk}",
        "控制项 {total}：自动 {automated}、部分 {partial}、人工 {manual}；有检查项的控制项 {with_checks}；"
        "检查项 {checks}；含高风险判例的控制项 {high_risk}",
    ),
    "init.written": ("{path} is written; found:", "已写入 {path}；识别到："),
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
    "explain.unknown": ("nothing is called {name!r}; near: {near}", "没有名为 {name!r} 的内容；相近的有：{near}"),
    "explain.severity": ("severity", "严重程度"),
    "explain.confidence": ("confidence", "置信度"),
    "explain.cwe": ("weakness", "弱点"),
    "explain.source": ("source", "出处"),
    "explain.control": ("control", "控制项"),
    "explain.aliases": ("reference tables", "参考表编号"),
    "explain.defined_in": ("rule", "规则"),
    "explain.why": ("Why", "原因"),
    "explain.remediation": ("How to mend it", "整改方法"),
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
    "screen.running": ("{stage}: {target}: {doing} {seconds} s …", "{stage}：{target}：{doing} {seconds} 秒 …"),
    "screen.files": ("{count} files", "{count} 个文件"),
    "screen.files.one": ("{count} file", "{count} 个文件"),
    "screen.finished": ("finished: {count}", "已完成：{count}"),
    "screen.found": ("Found:", "识别到："),
    "screen.left_out": ("Left out:", "未纳入："),
    "detect.skipped": ("{count} folders of this name hold no source", "{count} 个此名目录不含源代码"),
    "detect.skipped.one": ("{count} folder of this name holds no source", "{count} 个此名目录不含源代码"),
    "detect.unread": ("cannot be read: what it holds is not known", "无法读取，其内容未知"),
    "detect.cut": ("the search stopped after {limit} folders", "搜索在 {limit} 个目录后停止"),
    "plan.no_stage": (
        "no stage of this version looks at {kind}",
        "此版本没有查看 {kind} 的阶段",
    ),
    "plan.framework_missing": ("this framework comes with a later version", "该标准将在后续版本提供"),
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
        "{count} 项发现不符合，且严重程度不低于“{severity}”",
    ),
    "gate.failed.one": (
        "{count} finding fails at or above severity {severity}",
        "{count} 项发现不符合，且严重程度不低于“{severity}”",
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
    "help.policies": ("Rego checks of your own.", "自定义的 Rego 检查项。"),
    "help.policies.test": (
        "Check METADATA of a folder of Rego checks and run its tests beside ours. Name the folder in auditor.yaml"
        " (`policies:`) to have it used.",
        "检查自定义 Rego 目录的 METADATA，并与内置策略一起运行其测试。在 auditor.yaml 的 policies 中指定该目录即可启用。",
    ),
    "help.policies.folder": ("folder with the policies and their tests", "策略及其测试所在目录"),
    "policies.tested": (
        "tests passed: {passed}, failed: {failed}, errors: {errors}",
        "{passed} 项测试通过，{failed} 项失败，{errors} 个错误",
    ),
    "gate.nothing": ("nothing was assessed: no check applies to the targets", "未评估任何内容：没有适用于目标的检查项"),
    "gate.open": (
        "no failure of severity {severity} or higher; assessed: {assessed} of {due}; {count} not assessed do not close"
        " the gate: out of reach, or asked for by no framework of this run",
        "没有{severity}及以上的不符合项；{due} 项中已评估 {assessed} 项；{count} 项未评估不影响门禁："
        "超出目标可及范围，或不为本次运行所要求的标准所需",
    ),
    "gate.open.one": (
        "no failure of severity {severity} or higher; assessed: {assessed} of {due}; {count} not assessed does not close"
        " the gate: out of reach, or asked for by no framework of this run",
        "没有{severity}及以上的不符合项；{due} 项中已评估 {assessed} 项；{count} 项未评估不影响门禁："
        "超出目标可及范围，或不为本次运行所要求的标准所需",
    ),
    "gate.tolerated": (
        "no failure of severity {severity} or higher; assessed: {assessed} of {due}; the gate tolerates"
        " {count} not assessed (limit {limit})",
        "没有{severity}及以上的不符合项；{due} 项中已评估 {assessed} 项，未评估 {count} 项在门禁容许范围内（上限 {limit}）",
    ),
    "gate.good": (
        "all assessed, nothing failed at or above severity {severity}",
        "全部已评估，没有严重程度不低于“{severity}”的不符合项",
    ),
    # -- controls ------------------------------------------------------------------------------------------------
    "outcome.manual": ("only a person can tell", "只能由人工判定"),
    "outcome.no_check": ("no check of this run speaks to it", "本次运行没有与之对应的检查项"),
    "outcome.partial": ("nothing against it was found; a person has to confirm it", "未发现不符合证据；仍需人工确认"),
    "outcome.fail": ("{count} findings fail", "{count} 项发现不符合"),
    "outcome.fail.one": ("{count} finding fails", "{count} 项发现不符合"),
    "outcome.not_assessed": ("{count} findings could not be assessed", "{count} 项未能评估"),
    "outcome.not_assessed.one": ("{count} finding could not be assessed", "{count} 项未能评估"),
    "outcome.pass": ("{count} findings pass", "{count} 项符合"),
    "outcome.pass.one": ("{count} finding passes", "{count} 项符合"),
    "outcome.nothing_found": (
        "{count} searches came to their end and found nothing, which proves nothing; a person has to confirm it",
        "{count} 项检索已完成且未发现问题，但这不构成证明；仍需人工确认",
    ),
    "outcome.nothing_found.one": (
        "{count} search came to its end and found nothing, which proves nothing; a person has to confirm it",
        "{count} 项检索已完成且未发现问题，但这不构成证明；仍需人工确认",
    ),
    "outcome.not_applicable": ("not applicable here", "在此不适用"),
    # -- stage code ----------------------------------------------------------------------------------------------
    "code.left.folder": ("holds no source of the audited system", "不含被审系统的源代码"),
    "code.left.no_text": ("{count} files without text to read", "{count} 个文件不含可读文本"),
    "code.left.no_text.one": ("{count} file without text to read", "{count} 个文件不含可读文本"),
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
    "code.context": ("stands in {what}, where it counts for less", "位于{what}，严重程度相应降低"),
    "code.context.seconded": (
        "stands in {what}, where it counts for less; {seconded}",
        "位于{what}，严重程度相应降低；{seconded}",
    ),
    "code.context.test": ("a test", "测试代码"),
    "code.context.example": ("an example", "示例代码"),
    "code.context.script": ("a script for developers", "开发脚本"),
    "code.context.migration": ("a migration", "数据库迁移脚本"),
    "code.context.generated": ("generated code", "生成的代码"),
    "code.context.vendored": ("code of others (vendored)", "第三方内嵌代码"),
    "code.flow": ("reached by {source}: {way}", "{source}流向此处：{way}"),
    "code.flow.review": (
        "reached by {source}; something that looks like a check stands on the way, please review: {way}",
        "{source}流向此处，途中有类似校验的调用，请人工复核：{way}",
    ),
    "code.flow.also": ("{flow}; {also}", "{flow}；{also}"),
    "code.source.Request": ("text of a request", "请求中的文本"),
    "code.source.Upload": ("an upload", "上传的文件"),
    "code.source.ToolArgument": ("an argument that a model chose", "由模型给出的工具参数"),
    "code.source.ModelReply": ("a model's answer", "模型的回答"),
    "code.left.tests": ("auditor.yaml: tests: skip", "auditor.yaml：tests: skip"),
    "code.left.excluded": ("auditor.yaml: exclude", "auditor.yaml：exclude"),
    "code.left.severity": ("auditor.yaml: severity of this rule was changed", "auditor.yaml：该规则的严重程度被修改"),
    "code.no_match": ("no match; files of its languages: {files}", "其适用语言的 {files} 个文件中未命中"),
    "code.no_match.unseen": (
        "no match; files of its languages: {files}; of these not seen, or not all of them: {unseen}",
        "其适用语言的 {files} 个文件中未命中；其中 {unseen} 个未读取或未完整读取",
    ),
    "code.files_read.title": ("Every source file was read", "每个源文件均已读取"),
    "code.left.too_large": (
        "data, generated or vendored, and larger than {limit} bytes: not read",
        "数据、生成的或第三方内嵌文件，超过 {limit} 字节，未读取",
    ),
    "code.left.foreign": ("generated or vendored; {reason}", "生成的或第三方内嵌代码；{reason}"),
    "code.no_file": ("the tree holds no file of its languages", "目录中没有其适用语言的文件"),
    "code.covered": (
        "every match is reported under a check that says more of the same flaw",
        "所有命中均已归入对同一问题说明更充分的检查项",
    ),
    "code.seconded": ("the same flaw was found by: {checks}", "同一问题也被以下检查项发现：{checks}"),
    "code.languages.title": (
        "Every programming language of the tree is read by rules",
        "目录中的每种编程语言都有规则覆盖",
    ),
    "code.languages.remedy": (
        "review these files by other means and confirm the result; only the rules for secrets and defaults read them",
        "请用其他手段审查这些文件并确认结果；目前仅密钥与默认口令类规则会读取它们",
    ),
    # -- tools ---------------------------------------------------------------------------------------------------
    "tools.column.name": ("program", "程序"),
    "tools.column.state": ("found", "状态"),
    "tools.column.version": ("version", "版本"),
    "tools.column.digest": ("SHA-256", "SHA-256"),
    "tools.column.allowed": ("allowed", "许可"),
    "tools.column.licence": ("licence", "许可证"),
    "tools.column.without": ("unassessed without it", "缺少时无法评估"),
    "tools.column.pinned": ("pinned", "锁定版本"),
    "tools.column.tested": ("tested", "测试范围"),
    "tools.column.how": ("got", "来源"),
    "tools.column.stages": ("stages", "阶段"),
    "tools.state.ready": ("ready", "就绪"),
    "tools.state.refused": ("refused", "拒绝使用"),
    "tools.state.missing": ("missing", "未安装"),
    "tools.source.variable": ("named by a variable", "由环境变量指定"),
    "tools.source.checkout": ("in .tools/bin", "位于 .tools/bin"),
    "tools.source.cache": ("installed by us", "由本工具安装"),
    "tools.source.path": ("on PATH", "位于 PATH"),
    "tools.allowed": ("yes", "是"),
    "tools.insisted": ("no, insisted on", "否，用户强制使用"),
    "tools.missing": (
        "auditor tools install {name}   (takes about {seconds} s)",
        "auditor tools install {name}   （约需 {seconds} 秒）",
    ),
    "tools.how.wheel": ("Python package, own environment", "Python 软件包（独立环境）"),
    "tools.how.go": ("built with Go", "使用 Go 构建"),
    "tools.how.file": ("mirror of this site", "本单位镜像"),
    "tools.step": (
        "{name}: {phase}, {seconds} s (last time {last} s)",
        "{name}：{phase}，{seconds} 秒（上次 {last} 秒）",
    ),
    "tools.step.nothing": ("{name}: {phase}", "{name}：{phase}"),
    "tools.phase.waiting": ("waiting for another installation", "等待另一安装完成"),
    "tools.phase.environment": ("making its environment", "创建独立环境"),
    "tools.phase.packages": ("installing packages", "安装软件包"),
    "tools.phase.build": ("building", "构建"),
    "tools.phase.download": ("downloading", "下载"),
    "tools.phase.digest": ("comparing its digest", "校验摘要"),
    "tools.phase.check": ("trying it out", "试运行"),
    "tools.phase.done": ("installed", "安装完成"),
    "tools.phase.present": ("is installed and unchanged", "已安装且未被改动"),
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
    "report.title": ("Audit report", "审计报告"),
    "report.summary": ("Summary", "总览"),
    "report.verdict.0": ("passed", "通过"),
    "report.verdict.1": ("failed", "不通过"),
    "report.verdict.3": ("not fully assessed", "未完整评估"),
    "report.verdict.4": ("integrity broken", "完整性校验失败"),
    "report.verdict.other": ("ended early", "提前结束"),
    "report.exit": ("exit code {code}", "退出码 {code}"),
    "report.why_exit": ("why", "原因"),
    "report.gate": ("gate", "门禁"),
    "report.threshold": ("fails at {severity} or above", "阈值：{severity}及以上"),
    "report.interrupted": ("interrupted by {signal}", "被 {signal} 中断"),
    "report.assessed": ("assessed", "已评估"),
    "report.assessed.of": ("assessed {part} of {whole}", "已评估 {part} / {whole}"),
    "report.assessed.what": ("findings with a verdict out of findings due", "有结论的结果数 ÷ 应有的结果数"),
    "report.policy": ("policy coverage", "条款覆盖"),
    "report.policy.of": ("policy coverage {part} of {whole}", "条款覆盖 {part} / {whole}"),
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
    "report.framework.assessed": ("controls assessed {part} of {whole}", "已评估条款 {part} / {whole}"),
    "report.framework.assessed.any": (
        "controls assessed on one target at least {part} of {whole}",
        "至少在一个目标上已评估条款 {part} / {whole}",
    ),
    "report.framework.assessed.what": (
        "controls with a verdict that waits for no person; what waits for one is listed below",
        "已有结论且无需人工确认的条款；待人工确认的见下",
    ),
    "report.framework.targets": ("controls assessed, by target", "各目标已评估条款"),
    "report.framework.raise": ("to have more controls assessed", "如何提高已评估条款数"),
    "report.framework.controls": ("for {count} controls", "涉及 {count} 项条款"),
    "report.framework.controls.one": ("for {count} control", "涉及 {count} 项条款"),
    "report.framework.unread": (
        "name a target that the checks of these controls read; `auditor frameworks show {framework}` says what they need",
        "请加入这些条款的检查项所读取的目标；所需内容见 `auditor frameworks show {framework}`",
    ),
    "report.reused": ("reused {count} of {all} observations", "复用 {count} / {all} 项观测结果"),
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
    "report.gaps.count": (
        "findings not assessed: {findings}; gaps: {gaps}",
        "未评估：{findings} 项结果，{gaps} 处缺口",
    ),
    "report.gap.notice": (
        "not assessed: {reason}: {what} ({kind}, {target}): {detail}",
        "未评估：{reason}：{what}（{kind}，{target}）：{detail}",
    ),
    "report.gap.all": ("everything of this kind", "此类全部对象"),
    "report.gap.rest": ("{count} more gaps, listed in record.json", "另有 {count} 处缺口，见 record.json"),
    "report.gap.rest.one": ("{count} more gap, listed in record.json", "另有 {count} 处缺口，见 record.json"),
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
    "report.api": ("API path", "API 路径"),
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
    "report.sarif.dropped.one": (
        "{count} of {all} failures is left out here to stay within the upload limits; record.json has all of them",
        "为满足上传限制，此处省略了 {all} 项不符合中的 {count} 项；record.json 含全部结果",
    ),
    "report.more": (
        "{count} more are not shown here; record.json has all of them",
        "另有 {count} 项未在此显示；record.json 含全部结果",
    ),
    "report.more.one": (
        "{count} more is not shown here; record.json has all of them",
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
        "scripts are off: the worst {count} of {all} findings are listed, without filters; record.json has all of them",
        "脚本已关闭：仅列出最严重的 {count} 项（共 {all} 项），不可筛选；record.json 含全部结果",
    ),
    "report.noscript.one": (
        "scripts are off: {count} of {all} findings is listed, without filters; record.json has all of them",
        "脚本已关闭：仅列出最严重的 {count} 项（共 {all} 项），不可筛选；record.json 含全部结果",
    ),
    "report.theme": ("light or dark", "浅色或深色"),
    "report.theme.auto": ("auto", "自动"),
    "report.theme.light": ("light", "浅色"),
    "report.theme.dark": ("dark", "深色"),
    "report.made_by": (
        "made by auditor {version} from record.json; a pass here is evidence of a self-check, not a certificate",
        "由 auditor {version} 依据 record.json 生成；此处“符合”是自查证据，不等于测评结论",
    ),
    "remedy.path": ("check the path: nothing is there", "请检查路径：该处没有任何内容"),
    "report.format.unknown": (
        "unknown report format {format!r} (expected one of {known}); did you mean {nearest}?",
        "未知的报告格式 {format!r}（可用：{known}）；是否想用 {nearest}？",
    ),
    # -- kubernetes ----------------------------------------------------------------------------------------------
    "kubernetes.remedy.access": ("make it readable for the auditor", "使审计程序可读取该文件"),
    "kubernetes.remedy.file": (
        "mend the file, or render it before the audit if it is a template",
        "修正该文件；若为模板，请先渲染再审计",
    ),
    "kubernetes.remedy.limit": (
        "split it, or name its parts as targets of their own",
        "请拆分，或将各部分单独列为审计对象",
    ),
    "kubernetes.remedy.links": (
        "put the file or folder itself where the link or the path leads out of the audited folder",
        "链接或路径指向审计目录之外，请将实际文件或目录放入其中",
    ),
    "kubernetes.remedy.chart": (
        "make `helm template` work on it offline: dependencies in charts/, `values:` given; see `auditor tools doctor`",
        "请确保 `helm template` 可离线渲染：依赖放入 charts/ 并给出 `values:`；可运行 `auditor tools doctor` 检查",
    ),
    "kubernetes.remedy.kustomization": (
        "make `kustomize build` work on it offline; `auditor tools doctor` tells whether kustomize is there",
        "请确保 `kustomize build` 可离线构建；可用 `auditor tools doctor` 检查 kustomize",
    ),
    "kubernetes.remedy.remote": ("copy the remote base into the repository (vendoring)", "请将远程 base 复制到仓库内"),
    "kubernetes.remedy.rendered": (
        "mend the template or resource that it was rendered from",
        "请修正生成它的模板或资源",
    ),
    "kubernetes.remedy.nothing": (
        "name a folder with manifests, a chart, a kustomization, a snapshot, or context:NAME",
        "请指定含清单、Chart、kustomization 的目录，快照文件，或 context:NAME",
    ),
    "kubernetes.remedy.node": (
        "collect the node's facts again: `auditor collect node` on the node (schema node-facts/1)",
        "请重新采集节点事实：在节点上运行 `auditor collect node`（schema node-facts/1）",
    ),
    "kubernetes.remedy.collect_node": (
        "run `auditor collect node --output NODE.json` as root on every node and add node=NODE.json",
        "请以 root 在每个节点运行 `auditor collect node --output NODE.json`，并加入 node=NODE.json",
    ),
    "kubernetes.remedy.collect_control_plane": (
        "run `auditor collect node --output NODE.json` as root on a control plane node and add node=NODE.json",
        "请以 root 在控制平面节点运行 `auditor collect node --output NODE.json`，并加入 node=NODE.json",
    ),
    "kubernetes.remedy.collect_cluster": (
        "audit kubernetes=context:NAME, or the file of `auditor collect cluster --context NAME --output FILE`",
        "请审计 kubernetes=context:NAME，或 `auditor collect cluster --context NAME --output FILE` 生成的文件",
    ),
    "kubernetes.remedy.rbac": (
        "grant the read-only role: auditor collect cluster --print-rbac | kubectl apply -f -",
        "请授予只读角色：auditor collect cluster --print-rbac | kubectl apply -f -",
    ),
    "kubernetes.remedy.api": (
        "make the API answer and run again: kubectl --context NAME get --raw /version",
        "请确认 API 可用后重试：kubectl --context NAME get --raw /version",
    ),
    "kubernetes.left.foreign": ("no Kubernetes object: {what}", "不是 Kubernetes 对象：{what}"),
    "kubernetes.keys_unique.title": ("No key stands twice in a manifest", "清单中没有重复的键"),
    "kubernetes.keys_unique.why": (
        "Programs differ in which of two values they take, so that what is reviewed may not be what runs.",
        "不同程序对重复键的取值不同，评审时看到的内容可能与实际生效的内容不一致。",
    ),
    "kubernetes.keys_unique.remediation": (
        "Remove one of the two; kubectl refuses such a manifest with --validate=strict.",
        "删除其中一个；kubectl 使用 --validate=strict 时会拒绝此类清单。",
    ),
    "kubernetes.keys_unique.fail": (
        "{pointer} is given twice; the last one is in force",
        "{pointer} 重复出现，以最后一个为准",
    ),
    "kubernetes.left.link": ("a link; {what}", "符号链接；{what}"),
    "kubernetes.left.folder": (
        "a folder {what}; name it by itself to have it audited",
        "属于其他工具的目录（{what}）；如需审计请单独指定",
    ),
    "kubernetes.left.base": ("built as part of another kustomization", "已作为其他 kustomization 的一部分构建"),
    # -- policy --------------------------------------------------------------------------------------------------
    "policy.fail.bare": ("the rule did not find it compliant", "规则未判定其符合"),
    "policy.fail": ("expected {expected}; found {actual}", "要求 {expected}；实际 {actual}"),
    "policy.provider": (
        "the provider runs the control plane and does not show it",
        "控制平面由云服务商托管，不对用户开放",
    ),
    "policy.no_etcd": (
        "the API server keeps its data in SQL or dqlite behind a socket of its node: there is no etcd",
        "API 服务器经本机套接字使用 SQL 或 dqlite 存储数据，不存在 etcd",
    ),
    "policy.no_kube_proxy": ("kube-proxy runs on none of the nodes collected", "所采集的节点上均未运行 kube-proxy"),
    "policy.undecided": ("{why}; {remedy}", "{why}；{remedy}"),
    "policy.remedy.opa": (
        "`auditor tools install opa`; `auditor tools doctor` tells how it stands",
        "运行 `auditor tools install opa` 安装；可用 `auditor tools doctor` 查看状态",
    ),
    "policy.remedy.rule": (
        "mend the rule that OPA names: `auditor policies test FOLDER` shows the error",
        "请修正 OPA 指出的规则：可用 `auditor policies test 目录` 查看错误",
    ),
    "policy.remedy.clash": (
        "give the package another name, outside of kubernetes, lib, parameters, auditor and system",
        "请更换包名，避开 kubernetes、lib、parameters、auditor 与 system",
    ),
    "policy.remedy.pod": (
        "mend the pod as the API server demands (`kubectl apply --dry-run=server`)",
        "请按 API Server 的要求修正 Pod 定义（`kubectl apply --dry-run=server`）",
    ),
    "policy.remedy.value": (
        "correct the value where it is set: the program that reads it cannot understand it either",
        "请在设置处更正该取值：读取它的程序同样无法解析",
    ),
    "policy.remedy.person": (
        "look at the evidence and confirm the answer in `answers:`",
        "请人工核查证据，并在 `answers:` 中确认结论",
    ),
    "policy.tests.none": ("{folder} holds no test (`*_test.rego`)", "{folder} 中没有测试（`*_test.rego`）"),
}

# -- reasons of gaps -----------------------------------------------------------------------------------------------
# `Gap.reason` is the English word everywhere (record.json too); people are shown both languages.
REASONS: Final[dict[str, str]] = {
    "UTF-16": "UTF-16 编码",
    "answer not understood": "应答无法解析",
    "answer too large": "响应过大",
    "ast builder error": "语法树构建失败",
    "base outside": "引用了目录外的基础配置",
    "blob missing": "缺少数据块",
    "broken link": "符号链接已失效",
    "broken rule": "规则有误",
    "cannot be compared": "无法比较",
    "cannot be fetched": "无法获取",
    "cannot be installed": "无法安装",
    "cannot be reached": "无法连接",
    "cannot be read": "无法读取",
    "cannot be read as text": "无法按文本读取",
    "cannot be unpacked": "无法解包",
    "chart dependency missing": "缺少 Chart 依赖",
    "chart does not render": "Chart 无法渲染",
    "check broken": "检查项出错",
    "client certificate needed": "需要客户端证书",
    "closed without an answer": "无应答即断开",
    "configuration not trusted": "配置未被信任",
    "contradiction": "数据自相矛盾",
    "could not be started": "无法启动",
    "cut off": "传输中断",
    "database from the future": "漏洞库构建时间晚于当前时间",
    "database too old": "漏洞库已过期",
    "digest does not match": "摘要不符",
    "disk full": "磁盘已满",
    "distribution unknown": "发行版未知",
    "encrypted": "已加密",
    "end of life unknown": "支持终止日期未知",
    "ended": "程序意外退出",
    "evidence missing": "证据不足",
    "failed": "执行失败",
    "fatal error": "扫描器致命错误",
    "folder": "其他工具的目录",
    "format not read": "格式不支持",
    "image not given": "未提供镜像",
    "impossible value": "取值不可能成立",
    "input too large": "输入过大",
    "integrity": "完整性校验失败",
    "internal matching error": "扫描器内部匹配错误",
    "interrupted": "运行被中断",
    "issuer missing": "缺少签发者证书",
    "key given twice": "键重复",
    "kustomization does not build": "kustomization 无法构建",
    "language without rules": "该语言尚无规则",
    "lies elsewhere": "内容在别处，未获取",
    "line too long": "单行过长",
    "link": "符号链接",
    "link out of the tree": "符号链接指向目录之外",
    "link to another kind of file": "符号链接指向其他类型的文件",
    "list expired": "列表已过期",
    "lock file not read": "锁定文件未产生组件",
    "malformed": "定义不合法",
    "memory limit": "内存超限",
    "name not known": "名称无法解析",
    "name out of the root": "名称指向根目录之外",
    "nested too deep": "嵌套过深",
    "no advisories for it": "漏洞库无其安全公告",
    "no anchor": "没有锚点",
    "no answer": "无响应",
    "no audit events": "没有审计事件",
    "no configuration": "没有镜像配置",
    "no database": "没有漏洞库",
    "no history": "没有构建历史",
    "no image": "不是镜像",
    "no image given": "未提供镜像",
    "no keys given": "未提供公钥",
    "no logs": "没有日志",
    "no manifest": "没有清单",
    "no permission": "权限不足",
    "no proof": "没有证明",
    "no records": "没有记录",
    "no regular file": "不是普通文件",
    "no room to work": "没有可用的工作空间",
    "no scratch file": "无法创建临时文件",
    "no scratch folder": "无法创建临时目录",
    "no stage": "没有对应的阶段",
    "no such context": "kubeconfig 中没有该 context",
    "no such image": "镜像无法读取",
    "no such path": "路径不存在",
    "no such platform": "没有该平台",
    "no time of arrival": "没有到达时间",
    "no times": "没有时间",
    "no trust anchors": "未提供信任根",
    "no trusted base given": "未指定受信任的基础镜像",
    "no user named": "未写明用户",
    "no witness": "没有佐证",
    "none seen": "未见记录",
    "not JSON": "不是 JSON",
    "not UTF-8": "不是 UTF-8",
    "not YAML": "不是 YAML",
    "not a Kubernetes object": "不是 Kubernetes 对象",
    "not a list": "不是列表",
    "not a tag": "不是 tag-value 行",
    "not a tar archive": "不是 tar 归档",
    "not as the schema has it": "不符合数据格式定义",
    "not asked for": "未请求",
    "not authenticated": "身份认证未通过",
    "not collected": "未采集",
    "not declared": "未声明",
    "not found": "未找到",
    "not given": "未提供",
    "not in time order": "记录未按时间排序",
    "not initialised": "尚未初始化",
    "not installed": "未安装",
    "not let in": "访问被拒绝",
    "not offered": "不提供该功能",
    "not part of the target": "不在目标范围内",
    "not scanned": "未扫描",
    "not searched": "未搜索",
    "not supported": "不支持",
    "not text": "不是文本",
    "not trusted": "证书不受信任",
    "not yet consistent": "数据尚未同步",
    "nothing catalogued": "未编目到组件",
    "nothing found": "未发现任何内容",
    "nothing to look at": "没有可查看的内容",
    "nothing to read": "无可读内容",
    "opa is not installed": "未安装 OPA",
    "order unknown": "顺序未知",
    "out of memory": "内存不足",
    "output too large": "输出过大",
    "outside the folder": "位于目录之外",
    "package clash": "包名冲突",
    "parsed in part only": "仅部分解析",
    "policy does not compile": "策略无法编译",
    "port taken": "端口被占用",
    "program refused": "程序被拒绝使用",
    "redirected elsewhere": "被重定向到其他地址",
    "refused request": "请求被拒绝",
    "release not known": "发行版版本不明",
    "remote base": "引用了远程 base",
    "rule answers nothing": "规则未给出任何结果",
    "rule broken": "规则出错",
    "sealed": "处于密封状态",
    "sealed or not available": "处于密封状态或不可用",
    "server error": "服务器错误",
    "several platforms": "存在多个平台",
    "silent by nature": "日志源本身不常写入",
    "skipped": "被扫描器跳过",
    "snapshot cannot be used": "快照无法使用",
    "special file": "特殊文件",
    "stack overflow": "扫描器栈溢出",
    "stage broken": "阶段出错",
    "stage killed": "阶段进程被终止",
    "standby": "备用节点",
    "standby of another site": "异地备用节点",
    "syntax error": "语法错误",
    "template not rendered": "模板未渲染",
    "tests did not end": "测试未能结束",
    "time limit": "超时",
    "time limit of the data flow analysis": "数据流分析超时",
    "too large": "过大",
    "too little recorded": "记录过少",
    "too many": "数量过多",
    "too many connections": "连接数达到上限",
    "too many documents": "文档过多",
    "too many files": "文件过多",
    "too many images": "镜像过多",
    "too many layers": "层数过多",
    "too many matches": "命中过多",
    "too many objects": "对象过多",
    "too many requests": "请求过多",
    "undetermined": "无法判定",
    "unknown format": "格式未知",
    "unknown revision": "未知的 git 版本",
    "unknown schema": "未知的数据格式",
    "unknown version": "未知版本",
    "unpacks to too much": "解压后过大",
    "unreadable report": "扫描报告无法读取",
    "unsigned": "未签名",
    "wrong version": "版本不符",
    "zone unknown": "时区未知",
}


def reason(text: str) -> Text:
    """Return the reason of a gap for a person; one that is not in the table (words of a scanner) is its own text."""
    return Text(text, REASONS.get(text, text))


class Sentences:
    """Says the sentences of one catalogue: those of a stage stand in its own ``texts.py``."""

    __slots__ = ("texts",)

    def __init__(self, texts: Mapping[str, tuple[str, str]]) -> None:
        """Take sentences by key, English and Chinese."""
        self.texts = texts

    def __call__(self, key: str, **values: object) -> Text:
        """Return a sentence of the catalogue with its values filled in.

        Args:
            key: Its key; where ``count`` is 1 and the catalogue has ``<key>.one``, that sentence is taken.
            values: By name in the sentence; a `Text` is filled in by language.

        Raises:
            KeyError: The catalogue lacks the key, or the sentence a value.
        """
        one = f"{key}.one"
        en, zh = self.texts[one if values.get("count") == 1 and one in self.texts else key]
        return Text(en.format_map(_in("en", values)), zh.format_map(_in("zh", values)))


def sentences(texts: Mapping[str, tuple[str, str]]) -> Sentences:
    """Return what says the sentences of a stage's own catalogue."""
    return Sentences(texts)


def _in(language: Language, values: Mapping[str, object]) -> dict[str, object]:
    return {name: value.to(language) if isinstance(value, Text) else value for name, value in values.items()}


say: Final = Sentences(CATALOGUE)
