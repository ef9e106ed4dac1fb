#!/bin/bash
# ruleid: shell-tls-verified
curl -k https://api.example.com
# ruleid: shell-tls-verified
curl -fsSLk https://api.example.com -o x
# ruleid: shell-tls-verified
wget --no-check-certificate https://x.example/y
# ruleid: shell-tls-verified
git config --global http.sslVerify false
# ruleid: shell-tls-verified
export NODE_TLS_REJECT_UNAUTHORIZED=0
# ruleid: shell-tls-verified
pip install --trusted-host pypi.example.com x
# ruleid: shell-tls-verified
ssh -o StrictHostKeyChecking=no host uptime
# ok: shell-tls-verified
curl -fsSL https://api.example.com
# ok: shell-tls-verified
wget https://x.example/y
# ok: shell-tls-verified
# curl -k https://x
# ok: shell-tls-verified
ssh -o StrictHostKeyChecking=accept-new host uptime
