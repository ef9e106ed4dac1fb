"""Stage ``tls``: SM2, SM3 and SM4 in force on the wire and at rest (TLS, RFC 8998, TLCP, certificates)."""
