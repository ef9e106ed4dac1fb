#!/bin/bash
# ruleid: shell-files-not-world-writable
chmod 777 /srv/data
# ruleid: shell-files-not-world-writable
chmod -R 0777 /srv
# ruleid: shell-files-not-world-writable
chmod o+w /etc/app.conf
# ruleid: shell-files-not-world-writable
umask 000
# ok: shell-files-not-world-writable
chmod 750 /srv/data
# ok: shell-files-not-world-writable
chmod +x run.sh
# ok: shell-files-not-world-writable
chmod 600 key.pem
# ok: shell-files-not-world-writable
umask 027
