#!/bin/bash
# ruleid: shell-temporary-files-unpredictable
echo data > /tmp/app.log
# ruleid: shell-temporary-files-unpredictable
TMP=/tmp/build.$$
# ruleid: shell-temporary-files-unpredictable
curl -o /tmp/agent.sh https://x.example/agent.sh
# ok: shell-temporary-files-unpredictable
TMP="$(mktemp)"
# ok: shell-temporary-files-unpredictable
TMP="$(mktemp -d /tmp/build.XXXXXXXX)"
# ok: shell-temporary-files-unpredictable
ls /tmp
