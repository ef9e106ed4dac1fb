# METADATA
# title: Engines that verify images
# description: |
#   Admission engines that refuse an image without a valid signature, each only where its policy enforces. An engine is
#   a text: its name and that of the policy.
package lib.images

import data.lib.objects
import data.lib.texts

engines contains sprintf("Kyverno %s", [o.name]) if {
	some kind in {"ClusterPolicy", "Policy"}
	some o in objects.in_group(kind, "kyverno.io")
	lower(object.get(o.manifest, ["spec", "validationFailureAction"], "Audit")) == "enforce"
	some rule in o.manifest.spec.rules
	rule.verifyImages
}

engines contains sprintf("Kyverno %s", [o.name]) if {
	some o in objects.in_group("ClusterPolicy", "kyverno.io")
	some rule in o.manifest.spec.rules
	some verify in rule.verifyImages
	lower(verify.failureAction) == "enforce"
}

engines contains sprintf("Kyverno %s", [o.name]) if {
	some o in objects.of("ImageValidatingPolicy")
	"Deny" in o.manifest.spec.validationActions
}

engines contains sprintf("sigstore %s", [o.name]) if {
	some o in objects.in_group("ClusterImagePolicy", "policy.sigstore.dev")
	object.get(o.manifest, ["spec", "mode"], "enforce") == "enforce"
}

engines contains texts.said("Ratify with Gatekeeper %s", "Ratify 与 Gatekeeper %s", [o.name]) if {
	some o in objects.of("RatifyVerification")
	object.get(o.manifest, ["spec", "enforcementAction"], "deny") == "deny"
}

engines contains "Connaisseur" if {
	some o in objects.of("ValidatingWebhookConfiguration")
	contains(o.name, "connaisseur")
}

engines contains "Connaisseur" if {
	some o in objects.of("MutatingWebhookConfiguration")
	contains(o.name, "connaisseur")
}
