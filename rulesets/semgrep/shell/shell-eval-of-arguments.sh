#!/bin/bash
# ruleid: shell-eval-of-arguments
eval "$1"
# ruleid: shell-eval-of-arguments
eval $command
# ruleid: shell-eval-of-arguments
bash -c "$1"
# ruleid: shell-eval-of-arguments
eval "docker run $OPTIONS"
# ok: shell-eval-of-arguments
"$@"
# ok: shell-eval-of-arguments
eval "$(ssh-agent -s)"
# ok: shell-eval-of-arguments
bash -c "echo done"
# ok: shell-eval-of-arguments
# eval "$1"
