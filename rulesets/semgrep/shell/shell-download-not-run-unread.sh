#!/bin/bash
# ruleid: shell-download-not-run-unread
curl -fsSL https://get.example.com/agent.sh | bash
# ruleid: shell-download-not-run-unread
curl -k http://get.example.com/agent.sh | sudo bash
# ruleid: shell-download-not-run-unread
wget -qO- https://get.example.com/x | sh -s -- --yes
# ruleid: shell-download-not-run-unread
bash <(curl -s https://get.example.com/x)
# ruleid: shell-download-not-run-unread
sh -c "$(curl -fsSL https://get.example.com/x)"
# ok: shell-download-not-run-unread
curl --fail -o agent.sh https://get.example.com/agent.sh
# ok: shell-download-not-run-unread
curl -s https://api.example.com/v1 | jq .name
# ok: shell-download-not-run-unread
# curl https://x | bash would be wrong
# ok: shell-download-not-run-unread
curl -s https://x.example/list | grep bash

# ok: shell-download-not-run-unread
run=$(curl -s "$BASE/run" | python3 -c "import sys, json; print(json.load(sys.stdin)['id'])")
# ok: shell-download-not-run-unread
curl -s "$BASE/run" | node scripts/show.js
# ruleid: shell-download-not-run-unread
curl -fsSL https://install.corp.cn/setup.py | python3 - --yes
# ruleid: shell-download-not-run-unread
curl -fsSL https://install.corp.cn/setup.py | sudo python3
# ok: shell-download-not-run-unread
echo -e "${CYAN}Or run: curl -LsSf https://get.example.com/x.sh | sh${NC}"
# ruleid: shell-download-not-run-unread
echo "installing"; curl -LsSf https://get.example.com/x.sh | sh
# ruleid: shell-download-not-run-unread
echo "$(curl -LsSf https://get.example.com/x.sh | sh)" done
# ok: shell-download-not-run-unread
echo "  curl -fsSL https://get.example.com/x.sh | bash" >&2
# ok: shell-download-not-run-unread
    printf '%s\n' 'curl -fsSL https://get.example.com/x.sh | bash' 1>&2;
# ruleid: shell-download-not-run-unread
echo "installing" >&2; curl -LsSf https://get.example.com/x.sh | sh
# ruleid: shell-download-not-run-unread
echo "curl -LsSf https://get.example.com/x.sh" | sh
