# What `auditor collect vault` and `auditor run custody=https://…` need, and nothing more: reads and lists of settings.
# No secret is opened, no key used, nothing changed. Write it, and make a token with it that expires:
#   bao policy write auditor-custody vault_policy.hcl
#   bao token create -policy=auditor-custody -no-default-policy -orphan -ttl=2h -explicit-max-ttl=2h

path "auth/token/lookup-self"        { capabilities = ["read"] }
path "sys/capabilities-self"         { capabilities = ["update"] }

# the server
path "sys/config/state/sanitized"    { capabilities = ["read"] }
path "sys/loggers"                   { capabilities = ["read"] }
path "sys/version-history"           { capabilities = ["list", "sudo"] }
path "sys/ha-status"                 { capabilities = ["read"] }
path "sys/audit"                     { capabilities = ["read", "sudo"] }
path "sys/config/cors"               { capabilities = ["read", "sudo"] }
path "sys/key-status"                { capabilities = ["read"] }
path "sys/rotate/config"             { capabilities = ["read", "sudo"] }
path "sys/rotate/keyring/config"     { capabilities = ["read", "sudo"] }
path "sys/storage/raft/configuration" { capabilities = ["read"] }
path "sys/storage/raft/autopilot/state" { capabilities = ["read"] }
path "sys/storage/raft/autopilot/configuration" { capabilities = ["read"] }
path "sys/leases/count"              { capabilities = ["read"] }
path "sys/internal/counters/tokens"  { capabilities = ["read"] }
path "sys/quotas/rate-limit"         { capabilities = ["list"] }
path "sys/namespaces"                { capabilities = ["list"] }
path "sys/plugins/catalog"           { capabilities = ["read"] }
path "sys/license/status"            { capabilities = ["read"] }
path "sys/rekey/init"                { capabilities = ["read"] }
path "sys/rekey-recovery-key/init"   { capabilities = ["read"] }
path "sys/rotate/root/init"          { capabilities = ["read"] }
path "sys/rotate/recovery/init"      { capabilities = ["read"] }
path "sys/generate-root/attempt"     { capabilities = ["read"] }
path "sys/generate-root-token/attempt" { capabilities = ["read"] }

# who may do what
path "sys/policies/acl"              { capabilities = ["list"] }
path "sys/policies/acl/*"            { capabilities = ["read"] }
path "identity/entity/id"            { capabilities = ["list"] }
path "identity/entity/id/*"          { capabilities = ["read"] }
path "identity/group/id"             { capabilities = ["list"] }
path "identity/group/id/*"           { capabilities = ["read"] }
path "identity/mfa/login-enforcement" { capabilities = ["list"] }
path "auth/token/accessors"          { capabilities = ["list", "sudo"] }
path "auth/token/lookup-accessor"    { capabilities = ["update"] }
path "auth/token/roles"              { capabilities = ["list"] }
path "auth/token/roles/*"            { capabilities = ["read"] }
path "sys/auth"                      { capabilities = ["read"] }
path "sys/auth/+/tune"               { capabilities = ["read", "sudo"] }
path "auth/+/config"                 { capabilities = ["read"] }
path "auth/+/role"                   { capabilities = ["list"] }
path "auth/+/role/+"                 { capabilities = ["read"] }
path "auth/+/roles"                  { capabilities = ["list"] }
path "auth/+/roles/+"                { capabilities = ["read"] }
path "auth/+/users"                  { capabilities = ["list"] }
path "auth/+/users/+"                { capabilities = ["read"] }
path "auth/+/groups"                 { capabilities = ["list"] }
path "auth/+/groups/+"               { capabilities = ["read"] }
path "auth/+/certs"                  { capabilities = ["list"] }
path "auth/+/certs/+"                { capabilities = ["read"] }

# keys: what is said about them; mounts of other names need the same lines
path "sys/mounts"                    { capabilities = ["read"] }
path "transit/keys"                  { capabilities = ["list"] }
path "transit/keys/+"                { capabilities = ["read"] }
path "pki/keys"                      { capabilities = ["list"] }
path "pki/roles"                     { capabilities = ["list"] }
path "pki/roles/+"                   { capabilities = ["read"] }
path "pki/issuers"                   { capabilities = ["list"] }
path "pki/issuer/+"                  { capabilities = ["read"] }

# names of the KV engine, version 2; its data stays shut whatever other policies the token has
path "secret/config"                 { capabilities = ["read"] }
path "kv/config"                     { capabilities = ["read"] }
path "secret/metadata"               { capabilities = ["list"] }
path "secret/metadata/*"             { capabilities = ["list"] }
path "kv/metadata"                   { capabilities = ["list"] }
path "kv/metadata/*"                 { capabilities = ["list"] }
path "secret/data/*"                 { capabilities = ["deny"] }
path "kv/data/*"                     { capabilities = ["deny"] }
