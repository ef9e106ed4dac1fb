# Rotates the loan key, and can neither export nor destroy it.
path "transit/keys/loan/rotate" {
  capabilities = ["update"]
}
path "transit/keys/loan" {
  capabilities = ["read"]
}
