# Meant to keep the loan key inside; the second pattern never comes into force.
path "transit/export/*" {
  capabilities = ["read"]
}
path "transit/export/+/loan/*" {
  capabilities = ["deny"]
}
