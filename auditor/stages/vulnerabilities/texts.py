"""Sentences of this stage in both languages; those of its checks stand in ``rulesets/vulnerabilities/checks.yaml``."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences

TEXTS: Final[dict[str, tuple[str, str]]] = {
    # -- what to do to have something seen
    "vuln.remedy.database": (
        "import a database: `auditor db import FILE`; README, Vulnerabilities, says how one is carried in",
        "请导入漏洞库：`auditor db import FILE`；离线导入方法见 README“漏洞”一节",
    ),
    "vuln.remedy.newer": (
        "import a newer database: the limit in days is {days}",
        "请导入更新的漏洞库，时限为 {days} 天",
    ),
    "vuln.remedy.clock": (
        "set the clock of this machine, or import a database whose time of build is right",
        "请校准本机时钟，或导入构建时间正确的漏洞库",
    ),
    "vuln.remedy.feed": (
        "build a database that holds advisories for it (`auditor db build` reads OSV, CSAF, updateinfo.xml and OVAL) and import it",
        "请构建包含其安全公告的漏洞库（`auditor db build` 可读取 OSV、CSAF、updateinfo.xml 与 OVAL）并导入",
    ),
    "vuln.remedy.version": (
        "give the component a version that can be compared in the SBOM",
        "请在 SBOM 中为该组件填写可比较的版本号",
    ),
    "vuln.remedy.stream": (
        "have the SBOM made by a tool that notes the module stream of rpm packages (syft does)",
        "请使用可记录 rpm 模块流的工具（如 syft）生成 SBOM",
    ),
    "vuln.remedy.sbom": (
        "give an SBOM in CycloneDX JSON, SPDX 2 JSON or syft-json",
        "请提供 CycloneDX JSON、SPDX 2 JSON 或 syft-json 格式的 SBOM",
    ),
    "vuln.remedy.tool": (
        "`auditor tools doctor` says how it stands with grype",
        "请运行 `auditor tools doctor` 查看 grype 的状态",
    ),
    "vuln.remedy.vex": (
        "give VEX as OpenVEX, CSAF 2.0 or 2.1, or CycloneDX",
        "请提供 OpenVEX、CSAF 2.0/2.1 或 CycloneDX 格式的 VEX",
    ),
    "vuln.remedy.catalogue": (
        "see why the components were not catalogued, and run again",
        "请先解决组件未能识别的问题后重新运行",
    ),
    "vuln.remedy.lock": (
        "pin the dependencies in a lock file (uv.lock, poetry.lock, package-lock.json …) and commit it",
        "请用锁文件（uv.lock、poetry.lock、package-lock.json 等）固定依赖并提交",
    ),
    "vuln.remedy.group": (
        "give the package URL with its group: pkg:maven/org.example/name@1.0",
        "请在包标识中写明 group：pkg:maven/org.example/name@1.0",
    ),
    "vuln.remedy.term": (
        "add the release to rulesets/image/lists.yaml",
        "请在 rulesets/image/lists.yaml 中补充该版本",
    ),
    # -- what decided
    "vuln.found": (
        "{id}{aliases} in {name} {version}; {fix}; known since {since}{more}",
        "{name} {version} 存在 {id}{aliases}；{fix}；公开日期 {since}{more}",
    ),
    "vuln.fix.fixed": ("fixed in {versions}", "修复版本 {versions}"),
    "vuln.fix.not-fixed": ("no fix yet", "尚无修复版本"),
    "vuln.fix.wont-fix": ("its publisher will not fix it", "发布方不予修复"),
    "vuln.fix.unknown": ("nothing is said of a fix", "公告未说明修复版本"),
    "vuln.since.unknown": ("a day that nobody names", "不详"),
    "vuln.more.exploited": ("; exploited, listed since {day}", "；已被利用，{day} 列入在野利用目录"),
    "vuln.more.epss": ("; EPSS {epss}", "；EPSS {epss}"),
    "vuln.more.score": ("; CVSS {score}", "；CVSS {score}"),
    "vuln.more.unscored": ("; severity not known", "；严重程度不详"),
    "vuln.more.cpe": ("; matched by CPE only", "；仅按 CPE 匹配"),
    "vuln.more.release": ("; the service pack of the release is not known", "；无法确定发行版的补丁级别"),
    "vuln.more.upstream": ("; through its source package {name}", "；经由源码包 {name}"),
    "vuln.more.development": ("; declared for development only", "；仅声明为开发依赖"),
    "vuln.more.paths": ("; in {paths}", "；位于 {paths}"),
    "vuln.more.late": ("; past the time that the policy gives, in days: {days}", "；超过修复期限 {days} 天"),
    "vuln.more.vex": ("; VEX: {status} ({reason}), {author}, {date}", "；VEX：{status}（{reason}），{author}，{date}"),
    "vuln.none": (
        "packages searched: {count}; database of {day}: no advisory speaks of them",
        "已比对 {count} 个软件包（漏洞库构建于 {day}），未匹配到安全公告",
    ),
    "vuln.none.said": (
        "; as of the day that whoever built the database named, by their word (last change of the feed): {feeds}",
        "；数据源日期由漏洞库构建者声明（括号内为最近更新日）：{feeds}",
    ),
    "vuln.late": (
        "past their time: {count}: {names}",
        "{count} 个漏洞超过修复期限：{names}",
    ),
    "vuln.in_time": ("with a fix: {count}, all within their time", "{count} 个已有修复版本的漏洞均在期限内"),
    "vuln.no_fixable": ("no vulnerability for which there is a fix was found", "未发现已有修复版本的漏洞"),
    "vuln.late.expected": (
        "days: exploited {exploited}, critical {critical}, high {high}, medium {medium}, low {low}",
        "期限（天）：已被利用 {exploited}，严重 {critical}，高 {high}，中 {medium}，低 {low}",
    ),
    "vuln.supported": ("until {day}", "支持至 {day}"),
    "vuln.unsupported": ("ended on {day}", "已于 {day} 终止"),
    "vuln.vex.fits": ("{status} of {ids}: fits {count}", "{ids} 声明为 {status}，匹配 {count} 项"),
    "vuln.vex.nothing": (
        "{status} of {ids} in {products}: fits no vulnerability that was found here",
        "{ids}（{products}）声明为 {status}，未匹配到任何检出漏洞",
    ),
    "vuln.vex.broad": (
        "{status} of {ids} in {products}: names no version, and covers so many: {count}",
        "{ids}（{products}）声明为 {status}，未写明版本，覆盖 {count} 个版本",
    ),
    "vuln.vex.elsewhere": (
        "it was not applied; what is wrong with the statement itself is said by {check}",
        "该声明未被采用；声明自身的问题见 {check}",
    ),
    "vuln.vex.fault": (
        "{status} of {ids} in {products}: not applied: {fault}",
        "{ids}（{products}）声明为 {status}，未采信：{fault}",
    ),
    "vuln.vex.fault.no vulnerability": ("it names no vulnerability", "未写明漏洞编号"),
    "vuln.vex.fault.no product": ("it names no product", "未写明产品"),
    "vuln.vex.fault.everything": ("it speaks of everything", "适用范围为全部产品"),
    "vuln.vex.fault.unknown status": ("its status is none of the known ones", "状态取值无效"),
    "vuln.vex.fault.no justification": ("it gives no justification", "未说明理由"),
    "vuln.vex.fault.unknown justification": (
        "its justification is none of the known ones",
        "理由不在标准取值中",
    ),
    "vuln.vex.fault.no date": ("it has no date", "未注明日期"),
    "vuln.vex.fault.no author": ("it names no author", "未注明作者"),
    "vuln.vex.fault.future": ("it is dated in the future", "日期在未来"),
    "vuln.vex.fault.stranger": ("its signature is not by a key that is trusted", "签名者不受信任"),
    # -- its table -------------------------------------------------------------------------------------------------
    "table.vulnerabilities": ("Vulnerabilities", "漏洞与修复期限"),
    "column.vulnerability": ("vulnerability", "漏洞编号"),
    "column.aliases": ("aliases", "别名"),
    "column.component": ("component", "组件"),
    "column.fix": ("fix", "修复状态"),
    "column.fixed": ("fixed in", "修复版本"),
    "column.purl": ("package URL", "包 URL"),
}

say: Final = sentences(TEXTS)
