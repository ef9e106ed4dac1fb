"""What the stage ``lineage`` says, in English and Chinese."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences
from auditor.model.phrases import Phrases
from auditor.model.text import Text

TEXTS: Final = {
    "lineage.remedy.inventory": ("correct the inventory at the line named", "请按所示行号更正 inventory 文件"),
    "lineage.remedy.inventory_missing": (
        "write an inventory of data sets (inventory: FILE; auditor init begins one), or import it from manifests and catalogues",
        "请编写数据集 inventory（inventory: FILE），或由清单、目录导入",
    ),
    "lineage.remedy.inputs": (
        "give the folder that holds events, traces, manifests or SQL",
        "请指定存放事件、链路、manifest 或 SQL 的目录",
    ),
    "lineage.remedy.place": ("check the path: nothing is there", "请检查路径：该处没有内容"),
    "lineage.remedy.read": (
        "give the account that runs auditor read permission, and check the file at the byte named",
        "请为运行 auditor 的账号授予读权限，并检查文件的所示位置",
    ),
    "lineage.remedy.events": (
        "let the jobs emit OpenLineage events, and give them (events: FOLDER)",
        "请让作业发送 OpenLineage 事件，并在 events 中指定其目录",
    ),
    "lineage.remedy.traces": (
        "export traces (OTLP files or Langfuse) and give them (traces: {{path: FOLDER}})",
        "请导出链路（OTLP 文件或 Langfuse），并在 traces 中指定",
    ),
    "lineage.remedy.fields": (
        "list the fields of each data set in the inventory (fields)",
        "请在 inventory 中列出各数据集的字段（fields）",
    ),
    "lineage.remedy.columns": (
        "turn on column lineage in the job, or give the SQL or manifest with compiled code",
        "请在作业中启用字段级血缘，或提供 SQL、含编译代码的 manifest",
    ),
    "lineage.remedy.undetermined": (
        "look at what is listed under lineage.undetermined: name the dialect, split what is too large, mend what cannot be read",
        "查看 lineage.undetermined 所列内容：写明方言、拆分过大的语句、修复无法读取的部分",
    ),
    "lineage.remedy.stores": (
        "give a catalogue of columns, a dbt manifest or SQL, so that the inventory can be compared with them",
        "请提供字段目录、dbt manifest 或 SQL，以便与 inventory 比对",
    ),
    "lineage.remedy.purpose": (
        "declare what each data set may be used for (purpose)",
        "请声明各数据集的使用目的（purpose）",
    ),
    "lineage.remedy.jurisdiction": (
        "declare where each data set lies (jurisdiction)",
        "请声明各数据集的存放地（jurisdiction）",
    ),
    "lineage.remedy.hosts": (
        "record server.address on model calls, and declare where unknown hosts lie (hosts)",
        "请在模型调用中记录 server.address，并声明未知主机的所在地（hosts）",
    ),
    "lineage.remedy.sharing": (
        "declare transfers to other processors (sharing: to, recipient, basis, retention_months; [] for none)",
        "请声明向其他处理者的提供（sharing：to、recipient、basis、retention_months；无则写 []）",
    ),
    "lineage.remedy.declared": (
        "give what declares edges: a dbt manifest, SQL, or edges in the inventory",
        "请提供声明数据流向的来源：dbt manifest、SQL 或 inventory 中的 edges",
    ),
    "lineage.remedy.models": (
        "list the models of each service in the inventory (services: models)",
        "请在 inventory 中列出各服务的模型（services: models）",
    ),
    "lineage.remedy.deletions": (
        "declare deletions and the copies they reached (deletions: dataset, record, reached; [] for none)",
        "请声明删除及其到达的副本（deletions：dataset、record、reached；无则写 []）",
    ),
    "lineage.remedy.documents": (
        "record the ids of retrieved documents on the retrieval span, or declare their place in tool results (lineage: tool_results)",
        "请在检索 span 中记录文档标识，或声明其在工具结果中的位置（lineage: tool_results）",
    ),
    "lineage.remedy.services": (
        "declare the services, and which of them use retrieval (services: uses_retrieval)",
        "请声明服务及其是否使用检索（services: uses_retrieval）",
    ),
    "lineage.remedy.requests": (
        "check the access logs and routes of the requests declared",
        "请检查所声明请求的访问日志与路由",
    ),
    "lineage.remedy.sampling": (
        "give more traces, the settings of SDK and collector (lineage: sampling), or counts of requests (requests)",
        "请提供更多链路、SDK 与 collector 的设置（lineage: sampling），或请求计数（requests）",
    ),
    "lineage.all": ("all of them", "全部"),
    "lineage.none": ("none", "无"),
    "lineage.at_least": ("at least {percent} %", "不低于 {percent} %"),
    "lineage.at_least.graded": (
        "at least {percent} %, and all of graded data",
        "不低于 {percent} %，且分级数据为 100 %",
    ),
    "lineage.at_most": ("at most {limit}", "不超过 {limit}"),
    "lineage.no_graded": ("no data set is graded or holds personal data", "没有分级或含个人信息的数据集"),
    "lineage.none_due": ("nothing is due: the denominator is 0", "无应检对象：分母为 0"),
    "lineage.item.orphans-graded": ("grade: {value}", "分级：{value}"),
    "lineage.item.ghosts": ("in an edge, not in the inventory", "出现在流向中，inventory 未登记"),
    "lineage.item.dead-ends": ("written, never read", "只写不读"),
    "lineage.item.fields-dangling": ("leads to {value}, which is not there", "指向不存在的 {value}"),
    "lineage.item.pii-untagged": ("by its name: {value}", "按名称判断：{value}"),
    "lineage.item.pii-spread": ("from {value}", "来自 {value}"),
    "lineage.item.pii-to-model": ("unmasked ({value})", "未脱敏（{value}）"),
    "lineage.item.purpose": ("{value}", "{value}"),
    "lineage.item.cross-border-unapproved": ("{value}", "{value}"),
    "lineage.no_ids": ("trace ids show no sampling; they prove none either", "链路标识未显示采样，但也不能证明未采样"),
    "lineage.shown": ("counts, tracestate or settings show it", "计数、tracestate 或设置表明"),
    "lineage.unsampled": ("every trace is kept", "保留全部链路"),
    "lineage.sampled": ("{percent} % of traces are kept", "保留 {percent} % 的链路"),
    "lineage.sampled_by_content": ("which traces are kept depends on what they hold", "是否保留取决于链路内容"),
    "lineage.retention.expected": ("{months} calendar months, without gaps", "{months} 个自然月，且无中断"),
    "lineage.retention.actual": ("{items}: {part} of {whole} days", "{items}：{whole} 天中的 {part} 天"),
    "lineage.retention.days": ("{part} of {whole} days", "{whole} 天中的 {part} 天"),
    "lineage.retention.gaps": ("gaps: {items}", "中断：{items}"),
    "lineage.unknown_key": ("a key that no version knows: nothing reads it", "未知的键：不会被读取"),
    "lineage.not_lineage": ("holds no lineage of a known kind", "不含已知类型的血缘数据"),
}
"""Sentences by key."""

say: Final = sentences(TEXTS)

PHRASES: Final = {
    "declared, not seen": "已声明未见",
    "seen, not declared": "已见未声明",
    "{}: {}, declared, not seen": "{0}：{1}，已声明未见",
    "no data set of kind model": "没有类型为 model 的数据集",
    "still in {}": "仍存于 {0}",
    "first missing": "首个缺失环节",
    "first missing {}": "首个缺失环节 {0}",
    "first in {}": "首次见于 {0}",
    "no answers": "没有回答",
    "no traces": "没有链路",
    "a record": "登记",
    "36 months of keeping": "保存 36 个月",
    "personal data": "个人信息",
    "trace ids": "链路标识",
    "traces / requests": "链路 / 请求",
    "from {}": "来自 {0}",
    "unmasked": "未脱敏",
    "index": "索引",
    "prompt": "提示词",
    "statement {}": "语句 {0}",
    "data sets": "数据集",
    "not declared": "未声明",
    "no address": "没有地址",
    "recipient": "接收方",
    "basis": "依据",
    "no id-based sampling seen": "未见按标识采样",
    "trace id is zero": "链路标识为零",
    "trace id is not 32 hexadecimal digits": "链路标识不是 32 位十六进制数",
    "span id is not 16 hexadecimal digits": "span 标识不是 16 位十六进制数",
    "services use tools, and no call was recorded": "服务使用工具，但没有调用记录",
    "service": "服务",
    "document {}": "文档 {0}",
    "{} at {}": "{0}（偏移 {1}）",
    "{} at {}: {w}": "{0} 偏移 {1}：{2}",
    "{}, first in {w}": "{0} 次，首次见于 {1}",
    "{w}: {}, first in {w}": "{0}：{1} 次，首次见于 {2}",
    "a manifest": "某个 manifest",
    "{w} of {}: still in {}": "{0}（{1}）：仍存于 {2}",
    "{} to {}": "{0} 至 {1}",
    "trace ids ({}): {}, {}": "链路标识（{0}）：{1}，{2}",
    "counts or settings show it": "由计数或设置可知",
    "no JSON: {}": "不是 JSON：{0}",
    "logs or metrics": "日志或指标",
    "declared, not seen: {}": "已声明未见：{0}",
    "seen, not declared: {}": "已见未声明：{0}",
    "prompt, answer": "提示词与回答",
    "commit": "提交",
    "digest": "摘要",
}
"""What a measure lists, in the words of its items."""

both: Final = Phrases(PHRASES)


MEASURES: Final = {
    "lineage.records": Text("Records read: events, spans, nodes, rows", "已读取的记录：事件、span、节点、行"),
    "lineage.unreadable": Text(
        "Records that could not be read, by file and offset", "无法读取的记录，按文件与偏移列出"
    ),
    "lineage.readable": Text(
        "Records that were read, of all; those with a facet that stands there twice are undetermined",
        "已读取的记录 / 全部记录；facet 重复者为无法判定",
    ),
    "lineage.undetermined": Text(
        "Statements, models and files that say nothing that can be understood, with the reason",
        "无法理解的语句、模型与文件及原因",
    ),
    "lineage.statements": Text("SQL statements that were understood, of all", "已解析的 SQL 语句 / 全部语句"),
    "lineage.notes": Text(
        "Oddities of events: newer schemas, no schema, repeated facets",
        "事件的异常之处：更新的 schema、缺少 schema、重复的 facet",
    ),
    "lineage.events": Text("OpenLineage events", "OpenLineage 事件数"),
    "lineage.zoned": Text(
        "Event times with an offset or a declared zone, of all events", "有时差或已声明时区的事件时间 / 全部事件"
    ),
    "lineage.runs": Text("Runs: one for each run id and job", "运行数：按运行标识与作业计"),
    "lineage.runs-completed": Text("Runs that completed", "已完成的运行"),
    "lineage.runs-failed": Text("Runs that failed or were aborted", "失败或中止的运行"),
    "lineage.runs-finished": Text(
        "Runs with a final state, of all; a stream that runs counts", "有终态的运行 / 全部运行；运行中的流作业计入"
    ),
    "lineage.runs-without-datasets": Text("Runs that name no data set", "未写明数据集的运行"),
    "lineage.runs-named": Text("Runs that name an input or output, of all", "写明输入或输出的运行 / 全部运行"),
    "lineage.datasets": Text("Data sets that events name", "事件写明的数据集"),
    "lineage.namespaces": Text("Namespaces of them", "其命名空间"),
    "lineage.edges": Text(
        "Edges seen: input to output of a run that completed, or streams",
        "已见的数据流向：已完成或流式运行的输入到输出",
    ),
    "lineage.edges-not-counted": Text(
        "Edges of runs that failed or never ended: kept, not counted", "失败或未结束的运行的流向：保留但不计入"
    ),
    "lineage.self-edges": Text("Data sets that a run reads and writes", "同一运行既读又写的数据集"),
    "lineage.runs-too-wide": Text("Runs with more edges than are read", "流向过多而未读取的运行"),
    "lineage.steps-back": Text("Runs whose end lies before their begin", "结束早于开始的运行"),
    "lineage.columns": Text(
        "Fields of written data sets with column lineage, of all", "有字段级血缘的字段 / 被写数据集的全部字段"
    ),
    "lineage.seen": Text(
        "Data sets with an edge, of those of the inventory", "有数据流向的数据集 / inventory 的数据集"
    ),
    "lineage.upstream": Text(
        "Data sets that are declared roots or have an edge that ends in them, of all",
        "已声明为源头或有上游的数据集 / 全部数据集",
    ),
    "lineage.upstream-graded": Text("The same for graded and personal data", "同上，仅分级与个人信息数据"),
    "lineage.rooted": Text(
        "Data sets all of whose maximal upstream paths end in declared roots, of all",
        "全部上游路径均止于已声明源头的数据集 / 全部数据集",
    ),
    "lineage.rooted-graded": Text("The same for graded and personal data", "同上，仅分级与个人信息数据"),
    "lineage.cycles": Text(
        "Cycles of two data sets or more; each counts as one node", "两个以上数据集构成的环；按一个节点计"
    ),
    "lineage.orphans": Text("Data sets of the inventory without any edge", "没有任何流向的数据集"),
    "lineage.orphans-graded": Text("Those of them that are graded or hold personal data", "其中分级或含个人信息者"),
    "lineage.ghosts": Text(
        "Data sets in an edge that the inventory does not name", "出现在流向中但 inventory 未登记的数据集"
    ),
    "lineage.excluded": Text(
        "Data sets left out by the inventory or a pattern (temporary, test)",
        "由 inventory 或模式排除的数据集（临时、测试）",
    ),
    "lineage.dead-ends": Text(
        "Data sets that are written and never read, no sink, no expiry", "只写不读、非终点且无期限的数据集"
    ),
    "lineage.inventory": Text(
        "Stores that schema, manifests, SQL, cluster or code name and the inventory has, of all",
        "库表目录、manifest、SQL、集群或代码提及且已登记的数据存储 / 全部",
    ),
    "lineage.fields-known": Text("Derived data sets with known fields, of all", "字段已知的派生数据集 / 全部"),
    "lineage.locations": Text("Data sets with a jurisdiction, of all", "已知所在地的数据集 / 全部"),
    "lineage.fields": Text(
        "Fields outside of roots with an input that is a known field of a known data set, of all",
        "有可解析输入字段的字段 / 非源头数据集的全部字段",
    ),
    "lineage.fields-graded": Text("The same for graded and personal data", "同上，仅分级与个人信息数据"),
    "lineage.fields-direct": Text("The same over direct transformations only", "同上，仅直接转换"),
    "lineage.fields-direct-personal": Text(
        "The same over direct transformations, of personal fields", "个人信息字段中经直接转换可追溯者"
    ),
    "lineage.fields-mapped": Text(
        "Fields outside of roots with any column lineage, of all", "有字段级血缘的字段 / 非源头数据集的全部字段"
    ),
    "lineage.fields-unmapped": Text("Fields without any", "没有字段级血缘的字段"),
    "lineage.fields-dangling": Text("Mapped fields none of whose inputs is there", "所有输入均不存在的已映射字段"),
    "lineage.pii": Text(
        "Personal fields that are tagged and a root or traced to one, of tagged and reached fields",
        "已标记且为源头或可追溯的个人信息字段 / 已标记与被其到达的字段",
    ),
    "lineage.pii-spread": Text(
        "Fields that personal data reaches unmasked and nobody tagged", "个人信息未脱敏到达而未标记的字段"
    ),
    "lineage.pii-untagged": Text(
        "Fields whose name says personal data and nobody tagged", "名称表明为个人信息而未标记的字段"
    ),
    "lineage.pii-to-model": Text(
        "Unmasked personal data in prompts, indexes, embeddings, models", "提示词、索引、向量、模型中未脱敏的个人信息"
    ),
    "lineage.purpose": Text("Edges from a data set bound to one purpose to one of another", "跨使用目的的流向"),
    "lineage.cross-border": Text(
        "Edges and model calls between jurisdictions; those with an unknown side are undetermined",
        "跨境的流向与模型调用；一侧未知者为无法判定",
    ),
    "lineage.cross-border-approved": Text("Those with an approval in force", "其中有有效批准者"),
    "lineage.cross-border-unapproved": Text("Those without", "其中无批准者"),
    "lineage.cross-border-unknown": Text(
        "Edges and calls with a side of unknown jurisdiction", "一侧所在地未知的流向与调用"
    ),
    "lineage.model-hosts": Text(
        "Hosts of model calls whose jurisdiction is known, of all", "所在地已知的模型服务主机 / 全部"
    ),
    "lineage.sharing": Text(
        "Transfers to other processors with recipient, basis and three years of keeping, of all",
        "记录齐全（接收方、依据、保存三年）的对外提供 / 全部",
    ),
    "lineage.dbt-models": Text("Models of dbt manifests", "dbt manifest 的模型数"),
    "lineage.dbt-seeds": Text("Seeds of dbt manifests", "dbt manifest 的 seed 数"),
    "lineage.dbt-tests": Text("Tests of dbt manifests", "dbt manifest 的测试数"),
    "lineage.dbt-compiled": Text("Models with compiled code, of all", "含编译代码的模型 / 全部模型"),
    "lineage.declared-edges": Text("Edges that a file declares", "文件声明的流向"),
    "lineage.declared-seen": Text(
        "Edges both declared and seen, of all declared or seen", "既声明又已见的流向 / 已声明或已见的流向"
    ),
    "lineage.declared-not-seen": Text("Edges declared and not seen", "已声明而未见的流向"),
    "lineage.seen-not-declared": Text("Edges seen and not declared", "已见而未声明的流向"),
    "lineage.fresh": Text(
        "Declared edges seen within twice their usual interval or 35 days, of all declared",
        "在两倍常规间隔或 35 天内已见的流向 / 已声明的流向",
    ),
    "lineage.models": Text(
        "Served models with data sets, commit and digest, of all", "关联数据集、提交与摘要的在用模型 / 全部"
    ),
    "lineage.deletions": Text(
        "Copies that a declared deletion reached, of all downstream", "删除已到达的副本 / 全部下游副本"
    ),
    "lineage.retention": Text(
        "Days due that lineage reaches back, of those due", "血缘可回溯的应保存天数 / 应保存天数"
    ),
    "lineage.days": Text("Days with events, and how many", "有事件的日期及数量"),
    "lineage.gaps": Text("Silences of more than a day, first/last day", "超过一天的静默，起止日期"),
    "lineage.spans": Text("Spans", "span 数"),
    "lineage.spans-repeated": Text("Spans that stand there twice; each counts once", "重复的 span；各计一次"),
    "lineage.traces": Text("Distinct traces with valid ids", "标识有效的链路数"),
    "lineage.operations": Text("Spans by operation", "各操作的 span 数"),
    "lineage.spans-with-user": Text("Spans that name a user, of all", "写明用户的 span / 全部"),
    "lineage.spans-with-session": Text("Spans that name a session, of all", "写明会话的 span / 全部"),
    "lineage.sessions": Text("Distinct sessions", "会话数"),
    "lineage.retrievals": Text("Spans of retrieval", "检索 span 数"),
    "lineage.negative-durations": Text("Spans that end before they begin", "结束早于开始的 span"),
    "lineage.trace-ids-invalid": Text("Spans whose trace or span id is none", "链路或 span 标识无效的 span"),
    "lineage.parents-missing": Text("Spans whose parent is nowhere in the trace", "父 span 缺失的 span"),
    "lineage.tool-calls": Text(
        "Tool calls with name, id, arguments and result, of all", "名称、标识、参数、结果齐全的工具调用 / 全部"
    ),
    "lineage.answers": Text("Answers to people", "面向用户的回答数"),
    "lineage.link-user": Text("L1: answers that lead to a user, of all", "L1：可关联到用户的回答 / 全部"),
    "lineage.link-session": Text("L2: answers that lead to a session, of all", "L2：可关联到会话的回答 / 全部"),
    "lineage.link-kept": Text(
        "L3 and L7: answers whose prompt and text are kept or referred to by digest, of all",
        "L3 与 L7：提示词与回答均已留存或有摘要引用的回答 / 全部",
    ),
    "lineage.link-retrieval": Text(
        "L4: answers of services with retrieval that name the documents, of all of them",
        "L4：写明检索文档的回答 / 使用检索的全部回答",
    ),
    "lineage.link-source": Text(
        "L5: answers all of whose documents lead to a data set of the inventory, of those that cite any",
        "L5：所引文档均可对应数据集的回答 / 有引用的回答",
    ),
    "lineage.link-model": Text(
        "L6: answers that name the model and no unknown provider, of all", "L6：写明模型且提供方非未知的回答 / 全部"
    ),
    "lineage.chain": Text(
        "Answers with every link that is due, of all; histogram of the first missing link",
        "链条完整的回答 / 全部回答；列出首个缺失环节的分布",
    ),
    "lineage.chain-missing": Text("Missing links of all answers, by link", "全部回答的缺失环节，按环节计"),
    "lineage.chain-example": Text("The links of one answer, the least complete one", "一个回答的各环节（最不完整者）"),
    "lineage.sampling": Text(
        "Share of traces that is kept, as ids, tracestate, settings or counts show",
        "链路保留比例，据标识、tracestate、设置或计数得出",
    ),
    "lineage.sampled-in": Text("Traces, of requests counted elsewhere", "链路数 / 另行统计的请求数"),
    "lineage.end-to-end": Text("Complete answers, of requests counted elsewhere", "链条完整的回答 / 另行统计的请求数"),
    "lineage.graph-nodes": Text(
        "Data sets of the picture, with role, place and state", "图中的数据集及其角色、所在地与状态"
    ),
    "lineage.graph-edges": Text("Edges of the picture, with state", "图中的流向及其状态"),
}
"""What each measure counts, by its published id."""
