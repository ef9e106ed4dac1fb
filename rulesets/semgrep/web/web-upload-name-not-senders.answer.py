import os
import re

import requests


def keep(address):
    answer = requests.get(address, timeout=20)
    name = re.findall('filename="(.+)"', answer.headers["Content-Disposition"])[0]
    # ruleid: web-upload-name-not-senders--answer
    with open(os.path.join("/srv/attachments", name), "wb") as out:
        out.write(answer.content)
    # ok: web-upload-name-not-senders--answer
    with open(os.path.join("/srv/attachments", os.path.basename(name)), "wb") as out:
        out.write(answer.content)
