# METADATA
# title: Engines that verify images
# description: |
#   Admission engines that refuse an image without a valid signature, each only where its policy enforces. An engine is
#   a text: its name and that of the policy.
package lib.images

import data.lib.objects
import data.lib.texts

# The word of an entry wins over that of the policy; one that does not demand a signature lets images without it pass.
engines contains sprintf("Kyverno %s", [o.name]) if {
	some kind in {"ClusterPolicy", "Policy"}
	some o in objects.in_group(kind, "kyverno.io")
	some rule in o.manifest.spec.rules
	some verify in rule.verifyImages
	said := object.get(o.manifest, ["spec", "validationFailureAction"], "Audit")
	lower(object.get(verify, "failureAction", said)) == "enforce"
	object.get(verify, "required", true) == true
}

engines contains sprintf("Kyverno %s", [o.name]) if {
	some o in objects.in_group("ImageValidatingPolicy", "policies.kyverno.io")
	"Deny" in o.manifest.spec.validationActions
}

engines contains sprintf("sigstore %s", [o.name]) if {
	some o in objects.in_group("ClusterImagePolicy", "policy.sigstore.dev")
	object.get(o.manifest, ["spec", "mode"], "enforce") == "enforce"
	not lets_pass(o)
}

engines contains texts.said("Ratify with Gatekeeper %s", "Ratify 与 Gatekeeper %s", [o.name]) if {
	some o in objects.of("RatifyVerification")
	object.get(o.manifest, ["spec", "enforcementAction"], "deny") == "deny"
}

# One authority that is content is enough, and this one always is.
lets_pass(o) if {
	some authority in objects.sequence(o.manifest, ["spec", "authorities"])
	authority.static.action == "pass"
}

engines contains "Connaisseur" if {
	some kind in {"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"}
	some o in objects.of(kind)
	contains(o.name, "connaisseur")
	every hook in objects.sequence(o.manifest, ["webhooks"]) { object.get(hook, "failurePolicy", "Fail") == "Fail" }
}
