"""What ``--help`` says of commands, arguments and options, in both languages."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
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
        "kind=where ({kinds}), or a folder to be searched",
        "kind=where（{kinds}），或待识别的目录",
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
    "help.only": ("run only these stages", "只运行这些阶段"),
    "help.skip": ("do not run these stages", "不运行这些阶段"),
    "help.framework": ("assess this framework too (repeatable)", "同时评估该标准（可重复）"),
    "help.format": (
        "json, html, sarif, junit, markdown (these five where none is named), github, gitlab, csv, oscal, ocsf, "
        "openvex, xlsx, docx, pdf (xlsx.zh, docx.en … for one of both languages); repeatable",
        "json、html、sarif、junit、markdown（未指定时为这五种）、github、gitlab、csv、oscal、ocsf、openvex、xlsx、docx、pdf（xlsx.zh、docx.en 等指定语言）；可重复",
    ),
    "help.report.share": (
        "write what may be shared: host names, addresses and users as pseudonyms under this key (made if it is not there), "
        "sealed, without raw bytes; needs --output",
        "生成可对外提供的版本：主机名、地址与用户以该密钥假名化（密钥不存在时新建），已封存，不含原始字节；须配合 --output",
    ),
    "help.report.share_names": (
        "further names, a line each: host vault-a, user zhangsan",
        "其他需替换的名称，每行一个：host vault-a、user zhangsan",
    ),
    "help.answers": ("Answers of people to clauses that no program decides.", "人工对无法自动判定条款的答复。"),
    "help.answers.import": (
        "Take over what people wrote into the yellow columns of a workbook (`--format xlsx`). A workbook whose locked "
        "cells were changed is refused as a whole; rows that were added, formulas and what can be read in two ways are "
        "told and not taken.\n\nExit codes: 0 everything taken · 1 something not taken · 2 usage, or no workbook · "
        "4 refused.\n\nExample:\n\n  auditor answers import report.zh.xlsx --into answers.yaml",
        "导入工作簿（`--format xlsx`）黄色列中填写的内容。锁定单元格被改动的工作簿整体拒绝；新增行、公式与有歧义的内容"
        "予以提示且不导入。\n\n退出码：0 全部导入 · 1 有内容未导入 · 2 用法错误或非工作簿 · 4 拒绝。\n\n"
        "示例：\n\n  auditor answers import report.zh.xlsx --into answers.yaml",
    ),
    "help.answers.file": ("workbook that came back", "填写后的工作簿"),
    "help.answers.into": (
        "file of answers to add to; evidence files are named from its folder",
        "要追加的答复文件；证据文件路径相对其所在目录",
    ),
    "help.answers.run": (
        "run that gave the workbook: rows that it does not give are refused",
        "生成该工作簿的运行：拒绝其中没有的行",
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
    "help.allow_tool": (
        "run this wrapped program although its version or digest is not allowed; the record says so",
        "即使版本或摘要未获许可也运行该程序；记录中会注明",
    ),
    "help.tools.doctor.crypto": (
        "only the known answers of SM2, SM3 and SM4, by every implementation in use",
        "仅核对各实现的 SM2、SM3、SM4 已知答案",
    ),
    "help.stage_limit": ("wall limit of a stage on a target", "每个阶段在每个目标上的时限"),
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
    "help.report.run": ("folder or id of a run, or latest", "运行目录、运行编号或 latest"),
    "help.checks": ("List the checks.", "列出检查项。"),
    "help.checks.stage": ("only of this stage", "只列出该阶段"),
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
    "help.gate.command": ("Apply a gate policy to a finished run.", "对已完成的运行应用门禁策略。"),
    "help.gate.policy": ("the policy; that of the run if not given", "门禁策略文件；默认使用该次运行的策略"),
    "help.frameworks.worksheet": (
        "The worksheet of cryptography assessments (GB/T 39786): D, A and K of every unit.",
        "密评工作表（GB/T 39786）：各测评单元的 D、A、K。",
    ),
    "help.frameworks.csv": ("as CSV for a spreadsheet", "以 CSV 输出，供电子表格使用"),
    "help.replay.policies": (
        "policies of your own, in the place of those that the run holds",
        "用于替代运行中所存的自定义策略目录",
    ),
    "help.replay.afresh": (
        "ask OPA again even if the rules are those of the run",
        "即使规则与该次运行一致，也重新执行 OPA 判定",
    ),
    "help.diff": ("What differs between two runs, and why.", "比较两次运行的差异及其原因。"),
    "help.diff.before": ("the earlier run or bundle", "较早的运行或证据包"),
    "help.diff.after": ("the later run or bundle", "较晚的运行或证据包"),
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
    "help.frameworks": ("List the frameworks with their coverage.", "列出标准及其覆盖情况。"),
    "help.explain": (
        "Explain a check, a control or a finding: what, why, how to fix, where it comes from.",
        "说明一个检查项、控制项或结果：是什么、为什么、如何整改、出处。",
    ),
    "help.explain.id": (
        "check, control (CIS-5.2.1), weakness (CWE-328), words of a title, or the first 8 digits of a fingerprint",
        "检查项、控制项（CIS-5.2.1）、弱点（CWE-328）、标题文字，或指纹的前 8 位",
    ),
    "help.explain.run": ("run to look for a finding in", "在哪次运行中查找发现"),
    "help.schema": (
        "Print a published JSON Schema: record, config; or the ids of measures.",
        "输出已发布的 JSON Schema：record、config；或度量项编号。",
    ),
    "help.schema.name": ("record, config, inventory or measures", "record、config、inventory 或 measures"),
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
    "help.db.build.fetched": (
        "when the feeds were fetched (now for just now); their age is counted from then. Without it and without --built the"
        " last change in each feed counts",
        "数据源的获取时间（now 表示当前时间），其时效自此计算；未给出且未给出 --built 时，以各数据源的最近更新时间为准",
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
    "help.fix_out": (
        "write the smallest patch of each failure that has one into this folder; nothing is applied",
        "将每个不符合项的最小补丁写入该目录；不会自动应用",
    ),
    "help.inventory": (
        "What audit logs and lineage should cover: inventory.yaml.",
        "审计日志与血缘应覆盖的内容：inventory.yaml。",
    ),
    "help.inventory.build": (
        "Build an inventory from what other documents and systems know; every entry names its origin. Exit 3: a source "
        "could not be read to its end.",
        "由其他文档与系统已知的内容生成 inventory；每一项均注明来源。退出码 3：有来源未能完整读取。",
    ),
    "help.inventory.component": ("component that the actions belong to", "操作所属的组件"),
    "help.inventory.namespace": (
        "namespace and database of data sets (postgres://host:5432|agentdb)",
        "数据集的命名空间与数据库（postgres://host:5432|agentdb）",
    ),
    "help.inventory.onto": ("inventory to build upon; what stands in it stays", "在其基础上生成；已有内容保持不变"),
    "help.inventory.sources": (
        "openapi=FILE, sql=DUMP, postgresql=CONNECTION, code=DIR, run=RUN (objects, data and keys of a finished run)",
        "openapi=文件、sql=转储、postgresql=连接、code=目录、run=运行（已完成运行中的 Kubernetes 对象、数据集与密钥）",
    ),
    "help.severity": (
        "show failures of this severity and above: critical, high, medium, low, info",
        "只显示该严重程度及以上：critical、high、medium、low、info",
    ),
    "help.check": (
        "show only checks of this id, or whose ids begin so (repeatable)",
        "只显示该检查项，或编号以此开头者（可重复）",
    ),
    "help.control": (
        "show only what speaks to this control: 8.1.4.2, CIS-5.2.1, cis-kubernetes:5.2.1 (repeatable)",
        "只显示与该控制项有关者：8.1.4.2、CIS-5.2.1、cis-kubernetes:5.2.1（可重复）",
    ),
    "help.file": ("show only this file, folder or pattern (repeatable)", "只显示该文件、目录或匹配模式（可重复）"),
    "help.verdict": (
        "show this verdict: fail, not_assessed, nothing_found, pass, not_applicable (repeatable)",
        "只显示该结论：fail、not_assessed、nothing_found、pass、not_applicable（可重复）",
    ),
    "help.new": ("show only failures that the compared run did not have", "只显示所比较的运行中没有的不符合项"),
    "help.blocks": ("show only what closes the gate", "只显示导致门禁不通过者"),
    "help.all": ("show every verdict, and failures that do not count", "显示所有结论及不计入的不符合项"),
    "help.show": (
        "Show the findings of a finished run: failures, or what the filters choose.",
        "显示某次运行的结果：默认为不符合项，也可按条件筛选。",
    ),
    "help.csv": ("as CSV", "以 CSV 输出"),
    "help.select": (
        "run only checks of this id, or whose ids begin so (repeatable)",
        "只运行该检查项，或编号以此开头者（可重复）",
    ),
    "help.ignore": (
        "do not run checks of this id, or whose ids begin so; reports list them (repeatable)",
        "不运行该检查项，或编号以此开头者；报告中会列出（可重复）",
    ),
    "help.exit_zero": (
        "exit with 0 although there are failures or gaps; the record keeps the true code",
        "即使有不符合项或缺口也以 0 退出；记录中保留真实退出码",
    ),
    "help.verbose": ("say on stderr what each stage does", "在标准错误输出各阶段的进展"),
    "help.frameworks.verdict": (
        "only controls with this verdict: pass, partly, fail, open, not_applicable",
        "只显示该结论的控制项：pass、partly、fail、open、not_applicable",
    ),
    "help.frameworks.chapter": (
        "only controls of this chapter, or whose numbers begin so",
        "只显示该章节，或编号以此开头的控制项",
    ),
    "help.checks.severity": ("only of this severity and above", "只列出该严重程度及以上"),
    "help.checks.framework": ("only those that speak to this framework", "只列出与该标准有关者"),
    "help.checks.cwe": ("only of this weakness: 328 or CWE-328", "只列出该弱点：328 或 CWE-328"),
    "help.checks.text": ("only with these words in id, title or problem", "只列出编号、标题或问题中含该文字者"),
    "help.files": (
        "the targets are files below the working folder; only they are read (for pre-commit)",
        "目标为当前目录下的文件，仅读取这些文件（用于 pre-commit）",
    ),
}
