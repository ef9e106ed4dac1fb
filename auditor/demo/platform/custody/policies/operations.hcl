path "sys/*" {
  capabilities = ["create", "read", "update", "delete", "list", "sudo"]
}
