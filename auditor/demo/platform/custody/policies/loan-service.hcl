# The API encrypts and decrypts; it never takes a key out.
path "transit/encrypt/loan" {
  capabilities = ["update"]
}
path "transit/decrypt/loan" {
  capabilities = ["update"]
}
