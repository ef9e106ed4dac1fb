#!/bin/bash
# ruleid: shell-downloads-encrypted
curl -O http://get.example.com/agent.tar.gz
# ruleid: shell-downloads-encrypted
wget http://get.example.com/agent.deb
# ruleid: shell-downloads-encrypted
pip install -i http://pypi.example.com/simple x
# ruleid: shell-downloads-encrypted
git clone http://git.example.com/x.git
# ok: shell-downloads-encrypted
curl -O https://get.example.com/agent.tar.gz
# ok: shell-downloads-encrypted
curl http://localhost:8080/health
# ok: shell-downloads-encrypted
pip install x
