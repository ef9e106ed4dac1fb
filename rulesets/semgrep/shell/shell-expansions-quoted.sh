#!/bin/bash
# ruleid: shell-expansions-quoted
rm -rf $DIR
# ruleid: shell-expansions-quoted
rm -rf $1/cache
# ruleid: shell-expansions-quoted
rm -rf "$BASE"/*
# ruleid: shell-expansions-quoted
ssh $1 uptime
# ok: shell-expansions-quoted
rm -rf "$DIR"
# ok: shell-expansions-quoted
rm -rf "${BASE:?}"/*
# ok: shell-expansions-quoted
ssh "$1" uptime
# ok: shell-expansions-quoted
rm -f /tmp/known.txt
