package kubernetes.ingress_certificate_covers_host_test

import data.kubernetes.ingress_certificate_covers_host as check

ingress(spec) := {
	"subject": "Ingress/shop/web", "namespace": "shop", "name": "web", "api_version": "networking.k8s.io/v1",
	"manifest": {"spec": spec},
}

certificate := "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJvakNDQVVpZ0F3SUJBZ0lVYmRGd01SZ0pwWUxMTDFiL3hxNlBtR0hTTlVNd0NnWUlLb1pJemowRUF3SXcKRkRFU01CQUdBMVVFQXd3SllTNWxlR0Z0Y0d4bE1DQVhEVEkyTVRFeU16RXdOREUxTlZvWUR6SXhNall4TURNdwpNVEEwTVRVMVdqQVVNUkl3RUFZRFZRUUREQWxoTG1WNFlXMXdiR1V3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPClBRTUJCd05DQUFTOEsrUVlmb3ZYZGRML1E2MWM3VHlNWUJWOXBJZHpsSEhNWVM2YzZ4YXZYcVNReDd1TzZZNmcKcm1RejVFNktmOXR3QlVVZm4yblJKckZBTWY3MVVmaHFvM1l3ZERBZEJnTlZIUTRFRmdRVXNWdDllRW1Rc0dOSwpXVXV1bW8vK2diaGQzKzh3SHdZRFZSMGpCQmd3Rm9BVXNWdDllRW1Rc0dOS1dVdXVtby8rZ2JoZDMrOHdEd1lEClZSMFRBUUgvQkFVd0F3RUIvekFoQmdOVkhSRUVHakFZZ2dsaExtVjRZVzF3YkdXQ0N5b3VZaTVsZUdGdGNHeGwKTUFvR0NDcUdTTTQ5QkFNQ0EwZ0FNRVVDSVFDNXFOcXhsWFNxbUhycXJYcTByTUdyS0V5SUJuMkVXa2hNaDJrbAp5VWV2dWdJZ1RrZ29SV1JVVmsvUHVvZFIvdGNKMWNZUnJVSVNhYitueUViRWt1bnFSOXc9Ci0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K"

secret(fields) := {
	"subject": "Secret/shop/s", "namespace": "shop", "name": "s", "api_version": "v1", "manifest": {"data": fields},
}

both(host, secrets) := {"Secret": secrets, "Ingress": [ingress({"tls": [{"hosts": [host], "secretName": "s"}]})]}

test_good if {
	given := object.union({"objects": both("a.example", [secret({"tls.crt": certificate})]), "pods": []}, {})
	check.compliant == {"Ingress/shop/web"} with input as given
}

test_wildcard_name_covers_one_label if {
	given := object.union({"objects": both("x.b.example", [secret({"tls.crt": certificate})]), "pods": []}, {})
	check.compliant == {"Ingress/shop/web"} with input as given
}

test_bad if {
	given := object.union({"objects": both("c.example", [secret({"tls.crt": certificate})]), "pods": []}, {})
	check.subject - check.compliant == {"Ingress/shop/web"} with input as given
	check.undecided == {} with input as given
}

test_absent_secret_is_undecided if {
	given := object.union({"objects": both("a.example", []), "pods": []}, {})
	check.undecided["Ingress/shop/web"].zh != "" with input as given
}

test_masked_certificate_is_undecided if {
	given := object.union({"objects": both("a.example", [secret({"tls.crt": "(masked)"})]), "pods": []}, {})
	check.undecided["Ingress/shop/web"].zh != "" with input as given
}

test_ingress_without_tls_is_no_subject if {
	given := object.union({"objects": {"Ingress": [ingress({})]}, "pods": []}, {})
	check.subject == set() with input as given
}
