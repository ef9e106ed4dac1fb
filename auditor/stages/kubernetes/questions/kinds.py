"""Kinds of add-ons that are known to make no pods, and kinds whose pods their operators write.

Any other custom resource may make pods that nobody here has seen: that is said, never passed over.
"""

from __future__ import annotations

from typing import Final

_ALL: Final = frozenset({"*"})

PODLESS: Final[dict[str, frozenset[str]]] = {
    # -- Kubernetes itself and its special interest groups (https://kubernetes.io/docs/reference/kubernetes-api/)
    "admissionregistration.k8s.io": _ALL,
    "apiextensions.k8s.io": _ALL,
    "apiregistration.k8s.io": _ALL,
    "authentication.k8s.io": _ALL,
    "authorization.k8s.io": _ALL,
    "autoscaling": _ALL,
    "autoscaling.k8s.io": _ALL,
    "certificates.k8s.io": _ALL,
    "coordination.k8s.io": _ALL,
    "custom.metrics.k8s.io": _ALL,
    "discovery.k8s.io": _ALL,
    "events.k8s.io": _ALL,
    "external.metrics.k8s.io": _ALL,
    "flowcontrol.apiserver.k8s.io": _ALL,
    "internal.apiserver.k8s.io": _ALL,
    "metrics.k8s.io": _ALL,
    "networking.k8s.io": _ALL,
    "node.k8s.io": _ALL,
    "policy": _ALL,
    "policy.networking.k8s.io": _ALL,
    "rbac.authorization.k8s.io": _ALL,
    "resource.k8s.io": _ALL,
    "scheduling.k8s.io": _ALL,
    "secrets-store.csi.x-k8s.io": _ALL,
    "snapshot.storage.k8s.io": _ALL,
    "storage.k8s.io": _ALL,
    "storagemigration.k8s.io": _ALL,
    "kueue.x-k8s.io": _ALL,  # admits workloads of others (https://kueue.sigs.k8s.io/docs/concepts/)
    "scheduling.x-k8s.io": _ALL,
    "nfd.k8s-sigs.io": frozenset({"NodeFeature", "NodeFeatureRule", "NodeFeatureGroup"}),
    # a Gateway is left out: Istio and Envoy Gateway make a Deployment of each (https://gateway-api.sigs.k8s.io)
    "gateway.networking.k8s.io": frozenset(
        {
            "BackendLBPolicy",
            "BackendTLSPolicy",
            "GRPCRoute",
            "GatewayClass",
            "HTTPRoute",
            "ReferenceGrant",
            "TCPRoute",
            "TLSRoute",
            "UDPRoute",
            "XBackendTrafficPolicy",
        }
    ),
    "gateway.networking.x-k8s.io": _ALL,
    "inference.networking.k8s.io": _ALL,  # routes to pods that others make (https://gateway-api-inference-extension.sigs.k8s.io)
    "inference.networking.x-k8s.io": _ALL,
    # -- admission policies
    "audit.gatekeeper.sh": _ALL,
    "config.gatekeeper.sh": _ALL,
    "constraints.gatekeeper.sh": _ALL,
    "expansion.gatekeeper.sh": _ALL,
    "externaldata.gatekeeper.sh": _ALL,
    "mutations.gatekeeper.sh": _ALL,
    "status.gatekeeper.sh": _ALL,
    "templates.gatekeeper.sh": _ALL,
    "kyverno.io": _ALL,
    "policies.kyverno.io": _ALL,
    "reports.kyverno.io": _ALL,
    "wgpolicyk8s.io": _ALL,
    "policies.kubewarden.io": frozenset(
        {
            "AdmissionPolicy",
            "AdmissionPolicyGroup",
            "ClusterAdmissionPolicy",
            "ClusterAdmissionPolicyGroup",
        }
    ),
    "policy.sigstore.dev": _ALL,
    "config.ratify.deislabs.io": _ALL,
    # -- networks (https://docs.cilium.io, https://docs.tigera.io/calico/latest/reference/resources)
    "cilium.io": _ALL,
    "projectcalico.org": _ALL,
    "crd.projectcalico.org": _ALL,
    "policy.antrea.io": _ALL,
    "crd.antrea.io": _ALL,
    "k8s.cni.cncf.io": _ALL,
    "k8s.ovn.org": _ALL,
    "metallb.io": _ALL,
    "externaldns.k8s.io": _ALL,
    "crd.k8s.amazonaws.com": _ALL,
    "vpcresources.k8s.aws": _ALL,
    "elbv2.k8s.aws": _ALL,
    "eks.amazonaws.com": _ALL,
    # -- meshes and gateways: what configures their proxies, not what installs them
    "networking.istio.io": _ALL,
    "security.istio.io": _ALL,
    "telemetry.istio.io": _ALL,
    "extensions.istio.io": _ALL,
    "authentication.istio.io": _ALL,
    "config.istio.io": _ALL,
    "rbac.istio.io": _ALL,
    "linkerd.io": _ALL,
    "policy.linkerd.io": _ALL,
    "split.smi-spec.io": _ALL,
    "access.smi-spec.io": _ALL,
    "specs.smi-spec.io": _ALL,
    "traefik.io": _ALL,
    "traefik.containo.us": _ALL,
    "hub.traefik.io": _ALL,
    "projectcontour.io": frozenset({"ExtensionService", "HTTPProxy", "TLSCertificateDelegation"}),
    "configuration.konghq.com": _ALL,
    "k8s.nginx.org": _ALL,
    "gateway.nginx.org": frozenset(
        {"ClientSettingsPolicy", "ObservabilityPolicy", "SnippetsFilter", "UpstreamSettingsPolicy"}
    ),
    "apisix.apache.org": _ALL,
    "getambassador.io": _ALL,
    "haproxy.org": _ALL,
    "core.haproxy.org": _ALL,
    "ingress.v3.haproxy.org": _ALL,
    "networking.gke.io": _ALL,
    "cloud.google.com": frozenset({"BackendConfig"}),
    "aigateway.envoyproxy.io": _ALL,
    "gateway.envoyproxy.io": frozenset(
        {
            "Backend",
            "BackendTrafficPolicy",
            "ClientTrafficPolicy",
            "EnvoyExtensionPolicy",
            "EnvoyPatchPolicy",
            "HTTPRouteFilter",
            "SecurityPolicy",
        }
    ),
    # -- certificates and secrets; a Challenge of ACME is left out: it makes a pod (https://cert-manager.io/docs/reference/api-docs/)
    "cert-manager.io": _ALL,
    "trust.cert-manager.io": _ALL,
    "policy.cert-manager.io": _ALL,
    "external-secrets.io": _ALL,
    "generators.external-secrets.io": _ALL,
    "bitnami.com": frozenset({"SealedSecret"}),
    "isindir.github.com": _ALL,
    "secrets.hashicorp.com": _ALL,
    "secrets.infisical.com": _ALL,
    "redhatcop.redhat.io": _ALL,
    "ricoberger.de": _ALL,
    "mittwald.github.io": _ALL,
    # -- watching and scaling (https://prometheus-operator.dev/docs/api-reference/api/, https://keda.sh/docs/latest/)
    "monitoring.coreos.com": frozenset(
        {
            "AlertmanagerConfig",
            "PodMonitor",
            "Probe",
            "PrometheusRule",
            "ScrapeConfig",
            "ServiceMonitor",
        }
    ),
    "operator.victoriametrics.com": frozenset(
        {
            "VMAlertmanagerConfig",
            "VMNodeScrape",
            "VMPodScrape",
            "VMProbe",
            "VMRule",
            "VMScrapeConfig",
            "VMServiceScrape",
            "VMStaticScrape",
            "VMUser",
        }
    ),
    "grafana.integreatly.org": frozenset(
        {
            "GrafanaAlertRuleGroup",
            "GrafanaContactPoint",
            "GrafanaDashboard",
            "GrafanaDatasource",
            "GrafanaFolder",
            "GrafanaLibraryPanel",
            "GrafanaMuteTiming",
            "GrafanaNotificationPolicy",
            "GrafanaNotificationTemplate",
        }
    ),
    "monitoring.grafana.com": frozenset({"PodLogs"}),
    "keda.sh": frozenset({"ClusterTriggerAuthentication", "ScaledObject", "TriggerAuthentication"}),
    "eventing.keda.sh": _ALL,
    "http.keda.sh": _ALL,
    "toolkit.fluxcd.io": _ALL,
    # -- delivery: sources and notes about them; what installs something is left out (https://fluxcd.io/flux/components/)
    "source.toolkit.fluxcd.io": _ALL,
    "source.extensions.fluxcd.io": _ALL,
    "notification.toolkit.fluxcd.io": _ALL,
    "image.toolkit.fluxcd.io": _ALL,
    "argoproj.io": frozenset(
        {
            "AnalysisTemplate",
            "AppProject",
            "ClusterAnalysisTemplate",
            "WorkflowArtifactGCTask",
            "WorkflowEventBinding",
            "WorkflowTaskResult",
        }
    ),
    "flagger.app": frozenset({"AlertProvider", "MetricTemplate"}),
    "tekton.dev": frozenset(
        {"Pipeline", "StepAction", "VerificationPolicy"}
    ),  # a Pipeline names Tasks; written-out ones are read
    "triggers.tekton.dev": frozenset(
        {
            "ClusterInterceptor",
            "ClusterTriggerBinding",
            "Interceptor",
            "Trigger",
            "TriggerBinding",
        }
    ),
    "kargo.akuity.io": frozenset({"Freight", "Project", "ProjectConfig", "Stage", "Warehouse"}),
    "app.k8s.io": _ALL,
    "helm.sh": _ALL,
    # -- OpenShift (https://docs.redhat.com/en/documentation/openshift_container_platform/); a BuildConfig makes pods
    "config.openshift.io": _ALL,
    "console.openshift.io": _ALL,
    "image.openshift.io": _ALL,
    "oauth.openshift.io": _ALL,
    "project.openshift.io": _ALL,
    "quota.openshift.io": _ALL,
    "route.openshift.io": _ALL,
    "security.openshift.io": _ALL,
    "user.openshift.io": _ALL,
    "authorization.openshift.io": _ALL,
    "machineconfiguration.openshift.io": _ALL,
    "tuned.openshift.io": _ALL,
    "performance.openshift.io": _ALL,
    # -- serving, evaluation and eventing: what routes or describes, not what runs
    "serving.knative.dev": frozenset({"DomainMapping", "Route"}),
    "networking.internal.knative.dev": _ALL,
    "autoscaling.internal.knative.dev": _ALL,
    "caching.internal.knative.dev": _ALL,
    "eventing.knative.dev": frozenset({"Broker", "EventPolicy", "EventType", "Trigger"}),
    "messaging.knative.dev": frozenset({"Channel", "InMemoryChannel", "Subscription"}),
    "serving.kserve.io": frozenset(
        {
            "ClusterStorageContainer",
            "LocalModelNodeGroup",
            "TrainedModel",
        }
    ),
    "kafka.strimzi.io": frozenset({"KafkaConnector", "KafkaNodePool", "KafkaRebalance", "KafkaTopic", "KafkaUser"}),
    "karpenter.sh": _ALL,
    "karpenter.k8s.aws": _ALL,
    "karpenter.azure.com": _ALL,
    "cluster.x-k8s.io": _ALL,
    "infrastructure.cluster.x-k8s.io": _ALL,
    "bootstrap.cluster.x-k8s.io": _ALL,
    "controlplane.cluster.x-k8s.io": _ALL,
    "velero.io": _ALL,
    "security-profiles-operator.x-k8s.io": frozenset(
        {"AppArmorProfile", "ProfileBinding", "SeccompProfile", "SelinuxProfile"}
    ),
    "templates.kluctl.io": _ALL,
    "core.oam.dev": frozenset({"PolicyDefinition", "WorkflowStepDefinition"}),
    "topology.node.k8s.io": _ALL,
}
"""Kinds by API group whose controllers make no pods, as their projects' references say; ``*`` is every kind."""

ENGINE_GROUPS: Final = frozenset({
    "admissionregistration.k8s.io", "constraints.gatekeeper.sh", "kyverno.io", "policies.kyverno.io",
    "policies.kubewarden.io", "policy.sigstore.dev", "config.ratify.deislabs.io",
})  # fmt: skip
"""API groups of admission policies: their kinds are free (a Gatekeeper constraint has a kind of its own)."""

OPERATED: Final = frozenset({
    "Alertmanager", "ClickHouseInstallation", "Elasticsearch", "FlinkDeployment", "InnoDBCluster", "Kafka",
    "KafkaConnect", "Milvus", "MilvusCluster", "MongoDBCommunity", "OpenSearchCluster", "OpenTelemetryCollector",
    "PerconaServerMongoDB", "PerconaXtraDBCluster", "PostgresCluster", "Prometheus", "PrometheusAgent",
    "QdrantCluster", "RabbitmqCluster", "RedisCluster", "RedisFailover", "RedisReplication", "SparkApplication",
    "Tenant", "ThanosRuler", "WeaviateCluster", "postgresql",
})  # fmt: skip
"""Kinds of operators that write the pods themselves; containers that stand in these objects are only added to them."""

# What a schema that makes pods has, or what it installs pods by.
_SPEAKS_OF_PODS: Final = frozenset({
    "affinity", "chart", "container", "containers", "image", "imagePullPolicy", "imagePullSecrets", "images",
    "manifests", "nodeSelector", "podSpec", "podTemplate", "replicas", "resources", "runtimeClassName",
    "securityContext", "serviceAccountName", "sidecars", "steps", "template", "tolerations",
})  # fmt: skip
_DEPTH: Final = 24


def is_known_without_pods(group: str, kind: str) -> bool:
    """Tell whether the controller of a kind is known to make no pods."""
    listed = PODLESS.get(group, frozenset())
    return kind in listed or "*" in listed


def is_operated(kind: str) -> bool:
    """Tell whether an operator writes the pods of a kind, whatever its group."""
    return kind in OPERATED


def speaks_of_pods(schema: object, depth: int = _DEPTH) -> bool:
    """Tell whether an OpenAPI schema may describe something that makes pods: one that keeps unknown fields may."""
    if isinstance(schema, list):
        return any(speaks_of_pods(each, depth - 1) for each in schema)
    if not isinstance(schema, dict):
        return False
    if depth == 0 or schema.get("x-kubernetes-preserve-unknown-fields") is True:
        return True
    properties = schema.get("properties")
    if isinstance(properties, dict):
        if _SPEAKS_OF_PODS & properties.keys():
            return True
        if any(name != "status" and speaks_of_pods(each, depth - 1) for name, each in properties.items()):
            return True
    return any(
        speaks_of_pods(schema.get(name), depth - 1)
        for name in ("additionalProperties", "allOf", "anyOf", "items", "oneOf")
    )
