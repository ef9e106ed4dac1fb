package kubernetes.secrets_external_store_test

import data.kubernetes.secrets_external_store as check

test_good_external_secret if {
	given := {"pods": [], "objects": {"ExternalSecret": [{"subject": "ExternalSecret/a/b", "api_version": "external-secrets.io/v1"}]}}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_good_csi_volume if {
	given := {"objects": {}, "pods": [{"subject": "Pod/a/b", "annotations": {}, "spec": {"volumes": [{"csi": {"driver": "secrets-store.csi.k8s.io"}}]}}]}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_good_vault_agent if {
	given := {"objects": {}, "pods": [{"subject": "Pod/a/b", "annotations": {"vault.hashicorp.com/agent-inject": "true"}, "spec": {}}]}
	check.subject == {"cluster"} with input as given
	check.compliant == {"cluster"} with input as given
}

test_absent_is_for_a_person if {
	given := {"pods": [], "objects": {}}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_bad_agent_switched_off if {
	given := {"objects": {}, "pods": [{"subject": "Pod/a/b", "annotations": {"vault.hashicorp.com/agent-inject": "false"}, "spec": {}}]}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_encryption_at_rest_is_another_subject if {
	given := {"components": [{"component": "kube-apiserver", "flags": {"encryption-provider-config": ["/x"]}}]}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_a_kind_of_another_group_is_no_trace if {
	given := {"pods": [], "objects": {"SecretStore": [{"subject": "SecretStore/a/b", "api_version": "acme.example/v1"}]}}
	check.compliant == set() with input as given
	check.undecided.cluster.zh != "" with input as given
}

test_the_reason_names_the_evidence if {
	given := {"pods": [], "objects": {"ExternalSecret": [{"subject": "ExternalSecret/a/b", "api_version": "external-secrets.io/v1"}]}}
	check.reason.cluster.actual.en == "used by ExternalSecret/a/b" with input as given
	check.reason.cluster.actual.en == "none" with input as {"pods": [], "objects": {}}
}

test_good_stores_of_other_makers if {
	every kind, api_version in {
		"InfisicalSecret": "secrets.infisical.com/v1alpha1",
		"OnePasswordItem": "onepassword.com/v1",
		"VaultPKISecret": "secrets.hashicorp.com/v1beta1",
		"ExternalSecret": "alibabacloud.com/v1beta1",
	} {
		given := {"pods": [], "objects": {kind: [{"subject": "x", "api_version": api_version}]}}
		check.compliant == {"cluster"} with input as given
	}
	every kind, api_version in {"InfisicalSecret": "example.com/v1", "SealedSecret": "bitnami.com/v1alpha1"} {
		given := {"pods": [], "objects": {kind: [{"subject": "x", "api_version": api_version}]}}
		check.compliant == set() with input as given
	}
}

test_good_injectors_of_other_makers if {
	every annotations in [{"vault.security.banzaicloud.io/vault-addr": "https://v"}, {"operator.1password.io/inject": "web"}] {
		given := {"objects": {}, "pods": [{"subject": "Pod/a/b", "annotations": annotations, "spec": {}}]}
		check.compliant == {"cluster"} with input as given
	}
	nothing := {"objects": {}, "pods": [{"subject": "Pod/a/b", "annotations": {"operator.1password.io/inject": ""}, "spec": {}}]}
	check.compliant == set() with input as nothing
}
