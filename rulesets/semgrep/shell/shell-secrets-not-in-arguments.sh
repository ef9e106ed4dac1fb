#!/bin/bash
# ruleid: shell-secrets-not-in-arguments
mysql -u root -pSummer2024 loan
# ruleid: shell-secrets-not-in-arguments
curl -u admin:Summer-2024 https://api.example.com
# ruleid: shell-secrets-not-in-arguments
docker login -u robot -p "$TOKEN" registry.example.com
# ruleid: shell-secrets-not-in-arguments
sshpass -p Summer2024 ssh host
# ruleid: shell-secrets-not-in-arguments
docker run -e PGPASSWORD=Summer2024 postgres psql -h db
# an assignment before a command is no argument, and nobody else sees it
# ok: shell-secrets-not-in-arguments
PGPASSWORD=Summer2024 psql -h db
# ok: shell-secrets-not-in-arguments
mysql --defaults-extra-file=/run/secrets/my.cnf loan
# ok: shell-secrets-not-in-arguments
docker login -u robot --password-stdin registry.example.com
# ok: shell-secrets-not-in-arguments
PGPASSWORD="$(cat /run/secrets/db)" psql -h db
# ok: shell-secrets-not-in-arguments
mysql -u root -p loan
