# Key store of the loan assistant: OpenBao, three nodes, behind the TLCP gateway.
listener "tcp" {
  address     = "127.0.0.1:8200"
  tls_disable = true
}

listener "tcp" {
  address         = "10.20.0.11:8210"
  tls_cert_file   = "/etc/openbao/tls/server.pem"
  tls_key_file    = "/etc/openbao/tls/server.key"
  tls_min_version = "tls12"
  custom_response_headers {
    "default" = { "Strict-Transport-Security" = ["max-age=31536000; includeSubDomains"] }
  }
}

listener "tcp" {
  address     = "10.20.0.11:8220"
  tls_disable = true
}

storage "raft" {
  path    = "/srv/openbao/raft"
  node_id = "n1"
  retry_join {
    leader_api_addr     = "https://10.20.0.12:8210"
    leader_ca_cert_file = "/etc/openbao/tls/ca.pem"
  }
  retry_join {
    leader_api_addr = "http://10.20.0.13:8210"
  }
}

seal "pkcs11" {
  lib         = "/opt/module/lib/libpkcs11.so"
  token_label = "openbao"
  pin         = "env://BAO_HSM_PIN"
  key_label   = "openbao-seal"
  mechanism   = "0x1087"
}

audit "file" "first" {
  options = { file_path = "/var/log/openbao/audit-1.log", mode = "0600" }
}

audit "file" "second" {
  options = { file_path = "/var/log/openbao/audit-2.log", mode = "0600" }
}

api_addr      = "https://10.20.0.11:8210"
cluster_addr  = "https://10.20.0.11:8201"
max_lease_ttl = "24h"
log_level     = "debug"
ui            = false
