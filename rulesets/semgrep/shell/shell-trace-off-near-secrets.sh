#!/bin/bash
# ruleid: shell-trace-off-near-secrets
set -x
# ruleid: shell-trace-off-near-secrets
set -euxo pipefail
# ok: shell-trace-off-near-secrets
set -euo pipefail
# ok: shell-trace-off-near-secrets
login --token-file /run/secrets/token
