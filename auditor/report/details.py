# ruff: noqa: RUF001 - full-width marks are what this is about
"""The circumstances of gaps in Chinese, found by their wording.

`Gap.detail` is one English line (``record.json`` keeps it); where a person reads Chinese, its sentence is found here.
What a program or a library said of itself stays as it is: it is evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.model.phrases import Phrases

if TYPE_CHECKING:
    from collections.abc import Mapping

DETAILS: Final[Mapping[str, str]] = {
    # -- files and folders
    "more than {} bytes": "超过 {0} 字节",
    "more than {} bytes of text": "文本超过 {0} 字节",
    "more than {} folders": "超过 {0} 个目录",
    "more than {} folders deep": "目录层数超过 {0}",
    "more than {} files": "超过 {0} 个文件",
    "more than {} steps": "超过 {0} 个步骤",
    "more than {}; the rest was not read": "超过 {0}；其余未读取",
    "{} files of the kind {}, {} are listed": "此类（{1}）文件 {0} 个，列出 {2} 个",
    "{} differences, {} are listed": "差异 {0} 处，列出 {1} 处",
    "{} bytes, limit {}": "{0} 字节，上限 {1}",
    "larger than {} bytes": "大于 {0} 字节",
    "neither a folder nor a regular file": "既非目录也非普通文件",
    "a folder among the files": "文件之中有目录",
    "a FIFO, socket or device is not read": "不读取 FIFO、套接字或设备",
    "named in .gitmodules, and not fetched": "已列于 .gitmodules，但尚未获取",
    "a pipe, socket or device": "管道、套接字或设备",
    "it is no regular file any more": "已不再是普通文件",
    "not followed": "未跟随",
    "read under its own name only": "仅按其自身名称读取",
    "it leads out of the folder": "指向目录之外",
    "its target is read at its own place": "其目标在原位置读取",
    "link out of the tree": "链接指向目录之外",
    "no file that could be read": "没有可读取的文件",
    "a line of more than {} bytes": "有超过 {0} 字节的行",
    "the folder holds no certificate and no key": "目录中没有证书也没有密钥",
    "{} holds no .json file": "{0} 中没有 .json 文件",
    "temporary folder: {}": "临时目录：{0}",
    "it is empty": "为空",
    "a NUL character": "含 NUL 字符",
    "not a mapping": "不是映射",
    "expected one mapping": "应为单个映射",
    "{} stands there twice": "{0} 出现两次",
    "it is listed twice, with different values": "重复列出且取值不同",
    # -- code
    "the clone is shallow: earlier commits are not here": "浅克隆：较早的提交不在此处",
    "no reference of the repository names a commit": "仓库中没有引用指向任何提交",
    "objects are borrowed from another repository ({})": "对象借自另一仓库（{0}）",
    ".git/objects is a link": ".git/objects 是链接",
    "objects lie behind a link": "对象位于链接之后",
    ".git is a link": ".git 是链接",
    ".git is no repository": ".git 不是仓库",
    ".git shares another repository": ".git 共用另一仓库",
    ".git names a folder that is not of this work tree": ".git 指向的目录不属于该工作树",
    "its path has more than one line": "其路径含换行",
    "a commit that says it is older than 1970 comes behind the last one": "末次提交之后另有自称早于 1970 年的提交",
    "the last search took {} s or more": "上次检索耗时 {0} 秒或以上",
    "{} of {} commits were searched": "{1} 次提交中检索了 {0} 次",
    "the search did not come to the last commit": "检索未到达最后一次提交",
    "the flow through the whole program was not followed": "未跟踪贯穿整个程序的数据流",
    "since {} changed: {}; followed anew: {}; as of then: {}": (
        "自 {0} 起改动的文件：{1}；重新跟踪的文件数：{2}；沿用当时结果的文件数：{3}"
    ),
    "since {} changed: {}; followed anew: {}; as of then: {}; known flows not found again: {} ({})": (
        "自 {0} 起改动的文件：{1}；重新跟踪的文件数：{2}；沿用当时结果的文件数：{3}；"
        "未再找到的已知数据流：{4} 条（{5}）"
    ),
    "files of Python: {}; "
    "known to the data flow in none: a request, an argument of a route or a tool, an answer of a model": (
        "Python 文件数：{0}；其中没有数据流引擎所知的请求、路由或工具参数、模型应答"
    ),
    "folders in which modules are not looked for: {} ({})": "未在以下目录中查找模块：{0}（{1}）",
    "imports that lead to a module of the same name in another folder: {}": "导入被解析到其他目录中的同名模块：{0}",
    "what comes in by {}": "经 {0} 传入的值",
    "what is handed to {}": "传给 {0} 的值",
    "missing in the report": "扫描报告中缺少该文件",
    "has the name of Python's own module": "与 Python 自带模块同名",
    "stopped after {} s": "{0} 秒后停止",
    "files: {}, lines: {}; {}": "{0} 个文件，{1} 行；{2}",
    "{} files, {} lines; {}": "{0} 个文件，{1} 行；{2}",  # of runs of earlier versions
    "more than {} pieces of syntax": "语法成分超过 {0} 个",
    "imports like @/x in files below it are guessed by the end of their paths": "其下文件中 @/x 类导入按路径末尾推测",
    "{} of {} files": "{1} 个文件中的 {0} 个",
    "rule {}, {} s": "规则 {0}，{1} 秒",
    "a match of {}, which is none of our rules, or in a file that was not given": (
        "{0} 的命中不属于内置规则，或位于未提交的文件中"
    ),
    "a match of {}, which rulesets/bandit.yaml lacks, or in a file that was not given": (
        "{0} 的命中不在 rulesets/bandit.yaml 中，或位于未提交的文件中"
    ),
    # -- images
    "{} names {} bytes with the digest {}": "{0} 写明 {1} 字节，摘要 {2}",
    "the configuration says {}, it unpacks to {}": "配置写明 {0}，解压后为 {1}",
    "layer {}: {} is a hard link to {}": "第 {0} 层：{1} 是指向 {2} 的硬链接",
    "this form of archive keeps neither manifest nor signatures": "此种归档形式不保存清单与签名",
    "this form of archive keeps no manifest": "此种归档形式不保存清单",
    "the configuration tells no steps": "配置未记录构建步骤",
    "no list of trusted base images": "没有受信任基础镜像清单",
    "packages, but no os-release": "有软件包但没有 os-release",
    "{} signatures lie with it": "随附 {0} 个签名",
    "{} runs it": "由 {0} 运行",
    "{}: its digests are not read here": "{0}：此处不读取其摘要",
    "{} files": "{0} 个文件",
    # -- SBOM and vulnerabilities
    "syft found no component in it": "syft 未在其中发现组件",
    "it is signed": "已签名",
    "it was compared with nothing": "没有可比对的内容",
    "another image": "另一镜像",
    "no policy asks for a signature": "没有策略要求签名",
    "of another tool": "属于其他工具",
    "not held to the schema: {}": "未按模式校验：{0}",
    "{} names components, and none was catalogued from it": "{0} 写明了组件，但未从中编目任何组件",
    "the document ({}) names no package": "文档（{0}）未写明任何软件包",
    "no package was catalogued": "未编目任何软件包",
    "not catalogued: {}": "未编目：{0}",
    "no end of life of {} is known here": "此处不知 {0} 的支持终止日期",
    "the database has no row for {}: {} packages ({})": "漏洞库中没有 {0} 的数据：{1} 个软件包（{2}）",
    "its version {} cannot be compared with those of advisories": "其版本 {0} 无法与公告中的版本比较",
    "{} more packages of {} have versions that cannot be compared": "{1} 另有 {0} 个软件包的版本无法比较",
    "{} files declare dependencies, and there is no database": "{0} 个文件声明了依赖，但没有漏洞库",
    "{} declares {} dependencies without versions: {} ({})": "{0} 声明的 {1} 依赖未写明版本：{2} 个（{3}）",
    "{}: the database says it was built {}, after today": "{0}：漏洞库自称构建于 {1}，晚于今日",
    "{}: the database was built {}, {} days ago": "{0}：漏洞库构建于 {1}，距今 {2} 天",
    "{}: its feed was fetched {}, {} days ago": "{0}：其数据源获取于 {1}，距今 {2} 天",
    "{}: rows for {}, the service pack is not said": "{0}：有 {1} 的数据，但未写明服务包",
    # -- Kubernetes
    "no part of this system holds objects of the cluster": "本系统中没有包含集群对象的部分",
    "no part of this system holds node facts": "本系统中没有节点信息",
    "no part of this system shows {}": "本系统中没有部分能体现 {0}",
    "the facts of {} hold no files": "{0} 的节点信息不含文件",
    "the facts of {} hold no processes": "{0} 的节点信息不含进程",
    "the facts of {} hold no file of this role, and {} runs there": "{0} 的节点信息不含该角色的文件，而 {1} 在其上运行",
    "node facts are one JSON file": "节点信息是单个 JSON 文件",
    "{} was not collected": "{0} 未采集",
    "no object of the kinds that it reads is among the facts": "其读取的各类对象均不在事实之中",
    "{} holds no Kubernetes object": "{0} 中没有 Kubernetes 对象",
    "{} is no packed chart that can be read; the rest was rendered without it": (
        "{0} 不是可读取的 Chart 压缩包；已在不含它的情况下渲染其余部分"
    ),
    "{} is not there; the rest was built without it": "{0} 不存在；其余部分已在缺少它的情况下构建",
    "nothing that it builds upon is here": "其所依赖的内容均不在此处",
    "the chart asks for Kubernetes {}; it was rendered for {}, as no version was given": (
        "该 Chart 要求 Kubernetes {0}；未给出版本，已按 {1} 渲染"
    ),
    "templates of a chart that has no Chart.yaml, or none that helm can read: {} (+{})": (
        "Chart 模板缺少 Chart.yaml，或其 Chart.yaml 无法被 helm 读取：{0}（另有 {1} 个）"
    ),
    "{} is a dependency of the chart and is not in charts/; the rest was rendered without it": (
        "{0} 是该 Chart 的依赖，但不在 charts/ 中；其余部分已在缺少它的情况下渲染"
    ),
    "{} leads out of the chart": "{0} 指向 Chart 之外",
    "all of it lies on the network": "全部位于网络上",
    "builds upon {}": "基于 {0} 构建",
    "builds upon {}, which is outside the audited folder": "基于 {0} 构建，而它在审计目录之外",
    "built as part of another": "作为另一项的一部分构建",
    "no packed chart": "不是打包的 Chart",
    "a template or program that makes manifests ({})": "生成清单的模板或程序（{0}）",
    "a program that makes manifests ({})": "生成清单的程序（{0}）",
    "{}: no items": "{0}：没有条目",
    "no apiVersion and no kind": "没有 apiVersion 与 kind",
    "no value given": "未给出值",
    "the controller of {} ({}) {}, and nothing here shows them: {}": (
        "{0}（{1}）的控制器会创建 Pod 或安装他处的内容，而此处无法体现：{3}（{2}）"
    ),
    # -- policies
    "its result is no JSON object": "其结果不是 JSON 对象",
    "{}: subject or compliant is undefined": "{0}：subject 或 compliant 未定义",
    "the service account {} is not among the objects, and the pod does not say whether to mount its token": (
        "对象中没有服务账户 {0}，且 Pod 未声明是否挂载其令牌"
    ),
    # -- key custody
    "{}: the API does not show it": "{0}：API 不提供此信息",
    "fields are missing or of another kind": "字段缺失或类型不符",
    "{} holds nothing of a key custody": "{0} 中没有密钥管理相关内容",
    "{} names read, {} folders left": "已读取 {0} 个名称，尚余 {1} 个目录",
    "{} of {} read": "已读取 {1} 个中的 {0} 个",
    "disable_mlock is on, and nothing tells whether the host swaps": (
        "disable_mlock 已开启，且无法得知主机是否使用交换空间"
    ),
    "the product does not lock its memory, or is not known, and nothing tells whether the host swaps": (
        "产品不锁定内存或产品未知，且无法得知主机是否使用交换空间"
    ),
    "{}, and nothing tells whether the host swaps": "{0}，且无法得知主机是否使用交换空间",
    "disable_mlock is on": "disable_mlock 已开启",
    "the product does not lock its memory, or is not known": "产品不锁定内存或产品未知",
    "{}: {}:{} and {}:{} differ: which one holds?": "{0}：{1}:{2} 与 {3}:{4} 不一致，无法确定以何者为准",
    "two kinds of storage: {}": "存在两种存储：{0}",
    # -- TLS
    "signed by {}, whose certificate is not there": "由 {0} 签发，而其证书不在此处",
    "none were given": "未给出",
    "product_certificates: in auditor.yaml names none": "auditor.yaml 的 product_certificates: 未登记证书",
    "{} octets that are no certificate": "{0} 字节并非证书",
    "not every suite was answered for": "并非每个套件都得到应答",
    "the rest of the suites was neither accepted nor refused": "其余套件既未被接受也未被拒绝",
    "neither was finished, and not both were refused": "两者均未完成，且并非都被拒绝",
    "no signature that can be read": "没有可读取的签名",
    "no scheme was accepted": "没有签名方案被接受",
    # -- lineage and audit logs
    "no edge and no model call was seen": "未见任何流向或模型调用",
    "nobody says where a side of {} lies": "未说明 {0} 一侧的所在地",
    "{} of {} model calls name no server.address": "{1} 次模型调用中有 {0} 次未写明 server.address",
    "{} model calls name no server.address": "{0} 次模型调用均未写明 server.address",
    "no model call was seen": "未见模型调用",
    "no data set lists its fields": "没有数据集列出字段",
    "no schema, manifest, SQL, cluster or code names a store": "库表目录、manifest、SQL、集群与代码均未提及数据存储",
    "no service names a model, and no model call was seen": "没有服务写明模型，也未见模型调用",
    "no event has a time that can be placed": "没有事件的时间可以定位",
    "no columns are known for {}": "{0} 的字段未知",
    "no field is tagged, and not all data sets list their fields": "没有字段被标记，且并非所有数据集都列出了字段",
    "no event of a run": "没有运行事件",
    "{} runs with more than 200,000 edges each": "{0} 次运行的流向各超过 200,000 条",
    "{w}; no tracestate, setting or count of requests tells either": "{0}；tracestate、设置与请求计数均无法说明",
    "{} ids, {} needed": "标识 {0} 个，至少需要 {1} 个",
    "the ids are not random": "标识不是随机的",
    # -- endpoints
    "{} connections in a row without an answer": "连续 {0} 次连接无应答",
    "{} connections in a row without an answer, after some with one": "曾有应答，其后连续 {0} 次连接无应答",
    "the time for this target was up after {} connections": "{0} 次连接后，该目标的时限已到",
    "{} connections were opened": "已打开 {0} 个连接",
    "no purpose is given for the end of {}": "未给出 {0} 终点的使用目的",
    "nobody said which data sets there are": "未说明有哪些数据集",
    "the inventory was not read to its end": "inventory 未读取完",
    "the inventory could not be read": "inventory 无法读取",
    "not all events were read": "并非全部事件均已读取",
    "all that was read is whole; not all traces were read": "已读取的部分完整；并非全部追踪均已读取",
    "{} under a password: what it holds cannot be seen": "{0} 受密码保护，无法查看其内容",
    "no prime that can be read": "读不到素数",
    "neither the document nor the catalogue of the image names a component": "文档与镜像的组件目录均未列出任何组件",
    "it has no group, and advisories name packages of Maven by group and artifact": (
        "缺少 group，而漏洞公告以 group 与 artifact 指明 Maven 软件包"
    ),
    "no span is an answer to a person": "没有对用户的回答 span",
    "no data set says what it may be used for": "没有数据集说明其使用目的",
    "nobody said which services use retrieval": "未说明哪些服务使用检索",
    "nobody said to whom data is given": "未说明数据提供给谁",
    "nobody said what was deleted, and where": "未说明删除了什么、在何处删除",
    "no answer names the documents that it rests on": "没有回答写明其依据的文档",
    "actions of high risk": "高风险操作",
    # -- programs
    "exit code {}: {}": "退出码 {0}：{1}",
    "no answer after {} s": "{0} 秒后无应答",
    "not ready after {} s": "{0} 秒后仍未就绪",
    "its bound is {} MiB": "其上限为 {0} MiB",
    "{}: no answer in {} s": "{0}：{1} 秒内无应答",
    "{}: more than {} MiB": "{0}：超过 {1} MiB",
    "{}: to {}, which is not followed": "{0}：重定向至 {1}，未跟随",
    "{}: {} bytes that are no JSON object": "{0}：{1} 字节，不是 JSON 对象",
    "no stage of this run looks at {}": "本次运行没有阶段查看 {0}",
    "it yielded a {}": "其产出为 {0}",
    "auditor tools install {}": "auditor tools install {0}",
    "{} is no name of a revision": "{0} 不是 git 版本名",
    "this OpenSSL knows no RFC 8998": "此 OpenSSL 不支持 RFC 8998",
    "needs OpenSSL 4 with {}": "需要带 {0} 的 OpenSSL 4",
}
"""English sentence, with ``{}`` for each value, and its Chinese."""


detail: Final = Phrases(DETAILS)
"""Says the circumstances of a gap in both languages; those that are not known here are the same in both."""
