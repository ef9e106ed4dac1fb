#!/bin/sh
# ruleid: agent-tool-server-authenticated--started
ray start --head --dashboard-host=0.0.0.0
# ruleid: agent-tool-server-authenticated--started
mlflow server --backend-store-uri sqlite:///runs.db --host 0.0.0.0
# ok: agent-tool-server-authenticated--started
ray start --head --dashboard-host=127.0.0.1
# ok: agent-tool-server-authenticated--started
mlflow server --app-name basic-auth --host 0.0.0.0
