"""Sentences of the stage."""

from __future__ import annotations

from typing import Final

from auditor.messages import sentences
from auditor.model.phrases import Phrases

TEXTS: Final = {
    "kubernetes.provider": (
        "the provider runs the control plane and does not show it",
        "控制平面由云服务商托管，不对用户开放",
    ),
    "kubernetes.no_etcd": (
        "the API server keeps its data in SQL or dqlite behind a socket of its node: there is no etcd",
        "API 服务器经本机套接字使用 SQL 或 dqlite 存储数据，不存在 etcd",
    ),
    "kubernetes.no_kube_proxy": ("kube-proxy runs on none of the nodes collected", "所采集的节点上均未运行 kube-proxy"),
    "kubernetes.remedy.pod": (
        "mend the pod as the API server demands (`kubectl apply --dry-run=server`)",
        "请按 API Server 的要求修正 Pod 定义（`kubectl apply --dry-run=server`）",
    ),
    "kubernetes.remedy.value": (
        "correct the value where it is set: the program that reads it cannot understand it either",
        "请在设置处更正该取值：读取它的程序同样无法解析",
    ),
    "kubernetes.hook": ("{actual} (a Helm hook: {hook})", "{actual}（Helm 钩子：{hook}）"),
    "kubernetes.remedy.installed": (
        "render what it installs and give it as a target of its own, or audit the cluster: kubernetes=context:NAME",
        "请渲染其安装的内容并作为单独目标提供，或直接审计集群：kubernetes=context:NAME",
    ),
    "kubernetes.remedy.unseen": (
        "audit the cluster, where the pods of its controller are (kubernetes=context:NAME), or give its definition "
        "(CustomResourceDefinition) where it makes none",
        "请审计集群（kubernetes=context:NAME，可看到控制器创建的 Pod）；若该类资源不创建 Pod，请一并提供其 CustomResourceDefinition",
    ),
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
    "kubernetes.remedy.kustomization": (
        "make `kustomize build` work on it offline; `auditor tools doctor` tells whether kustomize is there",
        "请确保 `kustomize build` 可离线构建；可用 `auditor tools doctor` 检查 kustomize",
    ),
    "kubernetes.remedy.missing": (
        "put the file where the kustomization looks for it (a `.env` that is not in the repository, too), and run again",
        "请将该文件放到 kustomization 所引用的位置（包括未提交到仓库的 .env 文件），然后重新运行",
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
    "kubernetes.remedy.rbac": (
        "grant the read-only role: auditor collect cluster --print-rbac | kubectl apply -f -",
        "请授予只读角色：auditor collect cluster --print-rbac | kubectl apply -f -",
    ),
    "kubernetes.remedy.api": (
        "make the API answer and run again: kubectl --context NAME get --raw /version",
        "请确认 API 可用后重试：kubectl --context NAME get --raw /version",
    ),
    "kubernetes.left.foreign": ("no Kubernetes object: {what}", "不是 Kubernetes 对象：{what}"),
    "kubernetes.keys_unique.fail": (
        "{pointer} is given twice; the last one is in force",
        "{pointer} 重复出现，以最后一个为准",
    ),
    "kubernetes.left.link": ("a link; its target is read at its own place", "符号链接；其目标在原处读取"),
    "kubernetes.left.folder": (
        "a folder of a tool, not applied to a cluster; name it by itself to have it audited",
        "工具自身的目录，不会部署到集群；如需审计请单独指定",
    ),
    "kubernetes.left.patch": (
        "a patch of {what} that no kustomization here takes in: it says only part of an object, and is none by itself",
        "{what} 的补丁，未被此处任何 kustomization 引用：只含对象的一部分，本身不是完整对象",
    ),
    "kubernetes.left.base": ("built as part of another kustomization", "已作为其他 kustomization 的一部分构建"),
    "kubernetes.remedy.secret": (
        "give the Secret with its certificate, or let auditor read it (`certificates: true`); the key is never kept",
        "请提供含证书的 Secret，或允许 auditor 读取（certificates: true）；私钥不会被保存",
    ),
    "kubernetes.remedy.rendered_first": (
        "render it with its own tool and give the result as a target",
        "请使用其自身工具渲染，并将结果作为审计目标提供",
    ),
    "kubernetes.remedy.dependency": (
        "fetch it first: helm dependency build CHART (it needs the network), then run again",
        "请先获取依赖：helm dependency build CHART（需要网络），然后重新运行",
    ),
    "kubernetes.remedy.chart": (
        "make `helm template` work on it offline: dependencies in charts/, values given with --values FILE or values: "
        "of the target; `auditor tools doctor` tells whether helm is there",
        "请确保 `helm template` 可离线渲染：依赖放入 charts/，并以 --values 文件或目标的 values: 给出取值；"
        "可运行 `auditor tools doctor` 检查 helm",
    ),
    "kubernetes.remedy.version": (
        "say which Kubernetes it is for: --kube-version VERSION and --api-versions GROUP/VERSION, or kube_version: and "
        "api_versions: of the target in auditor.yaml",
        "请说明所面向的 Kubernetes：--kube-version 版本、--api-versions 组/版本，或在 auditor.yaml 的目标中设置 "
        "kube_version:、api_versions:",
    ),
    "kubernetes.remedy.template": (
        "give what the template asks for: --values FILE, --kube-version or --api-versions, or values: [FILE], "
        "kube_version: and api_versions: of the target in auditor.yaml",
        "请提供模板所需的内容：--values 文件、--kube-version 或 --api-versions，或在 auditor.yaml 的目标中设置 "
        "values: [文件]、kube_version:、api_versions:",
    ),
    "kubernetes.left.archive": ("an archive that is no packed chart", "该归档不是打包的 Chart"),
    "kubernetes.left.suffix": (
        "its name ends in {what}, as of a manifest that somebody put aside",
        "文件名以 {what} 结尾，视为已搁置的清单，未读取",
    ),
    "kubernetes.left.library": (
        "a library chart: it makes no object by itself, and is read as part of the charts that use it",
        "库 Chart 本身不生成对象，仅作为使用它的 Chart 的一部分读取",
    ),
    "kubernetes.left.switched_off": (
        "this dependency is switched off by {condition} with the values given, and was not rendered",
        "按所给取值，该依赖由 {condition} 关闭，未渲染",
    ),
    "kubernetes.left.empty": (
        "{empty} of {all} templates made no object with {values}: {names}",
        "{all} 个模板中有 {empty} 个在{values}下未生成任何对象：{names}",
    ),
    "kubernetes.left.taken.one": (
        "one file beside the templates is a template itself, which the chart takes in (.Files): judged where it renders "
        "it, and not by itself: {names}",
        "模板目录之外的 1 个文件本身也是模板，由 Chart 引用（.Files）：在其渲染之处评估，不单独评估：{names}",
    ),
    "kubernetes.left.taken": (
        "{count} files beside the templates are templates themselves, which the chart takes in (.Files): judged where it "
        "renders them, and not by themselves: {names}",
        "模板目录之外的 {count} 个文件本身也是模板，由 Chart 引用（.Files）：在其渲染之处评估，不单独评估：{names}",
    ),
    "kubernetes.left.no_chart": (
        "set for this target and without effect: it holds no chart",
        "已为该目标设置，但未生效：其中没有 Chart",
    ),
    "kubernetes.left.own_values": ("the chart's own values", "Chart 自带取值"),
    "kubernetes.left.given_values": ("the values given", "所给取值"),
    "kubernetes.left.again": (
        "also built by {where}, equal in everything, and judged there: {again} of {all}",
        "{all} 个对象中有 {again} 个与 {where} 的构建结果完全相同，已在该处评估",
    ),
    "kubernetes.left.switches": (
        "switched off with {values}: {names}",
        "在{values}下处于关闭状态：{names}",
    ),
    "kubernetes.literal.fail": ("{name} holds a secret in plain text: {value}", "{name} 中含有明文密钥：{value}"),
    # -- commands and options ------------------------------------------------------------------------------------------
    "collect.failed": ("the cluster cannot be collected: {reason}: {detail}", "无法收集集群：{reason}：{detail}"),
    "collect.cluster_written": (
        "{path} is written; what was refused (each is a gap of the audit): {refused}",
        "已写入 {path}；被拒绝的请求（均为审计缺口）：{refused}",
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
    "help.values": (
        "of charts: a file of values to render with, later ones win (repeatable)",
        "渲染 Chart 所用的取值文件，后者优先（可重复）",
    ),
    "help.namespace": (
        "of charts and manifests: the namespace of what names none",
        "Chart 与清单中未写明命名空间者所在的命名空间",
    ),
    "help.kube_version": (
        "of charts and manifests: the version of Kubernetes that they are for, as 1.34.0",
        "Chart 与清单所面向的 Kubernetes 版本，如 1.34.0",
    ),
    "help.api_versions": (
        "of charts: an API version that the cluster has beside the usual ones (repeatable)",
        "集群除常见版本外还提供的 API 版本，供 Chart 渲染使用（可重复）",
    ),
}

say: Final = sentences(TEXTS)

PHRASES: Final = {
    "no apiVersion": "没有 apiVersion",
    "no apiVersion and no kind": "没有 apiVersion 与 kind",
    "not a mapping": "不是映射",
    "{} is missing or no text": "缺少 {0} 或其不是文本",
    "a patch that deletes a {}": "删除 {0} 的补丁",
    "{} configures a program": "{0} 是程序的配置",
    "context {}: Invalid kube-config file. No configuration found.": "context {0}：没有 kubeconfig，或其中没有任何配置",
    "context {}: Invalid kube-config file. Expected object with name {} in {} list": (
        "context {0}：kubeconfig（{2}）中没有名为 {1} 的条目"
    ),
    "a kubeconfig; it holds credentials": "kubeconfig，含有凭据",
}
"""What a document is that is no object, English and Chinese."""

both: Final = Phrases(PHRASES)
"""Such a word in both languages."""
