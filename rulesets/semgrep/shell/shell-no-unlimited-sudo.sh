#!/bin/bash
# ruleid: shell-no-unlimited-sudo
echo "app ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/app
# ruleid: shell-no-unlimited-sudo
usermod -aG docker app
# ruleid: shell-no-unlimited-sudo
chmod u+s /usr/local/bin/tool
# ruleid: shell-no-unlimited-sudo
docker run --privileged -d runner
# ok: shell-no-unlimited-sudo
echo "app ALL=(root) NOPASSWD: /usr/bin/systemctl restart app" > /etc/sudoers.d/app
# ok: shell-no-unlimited-sudo
usermod -aG audio app
# ok: shell-no-unlimited-sudo
docker run -d runner
# ok: shell-no-unlimited-sudo
sudo systemctl restart app
