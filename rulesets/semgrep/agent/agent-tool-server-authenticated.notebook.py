import subprocess


def start(token):
    # ruleid: agent-tool-server-authenticated--notebook
    subprocess.Popen(["jupyter", "kernelgateway", "--KernelGatewayApp.auth_token=", "--KernelGatewayApp.ip=0.0.0.0"])
    # ok: agent-tool-server-authenticated--notebook
    subprocess.Popen(["jupyter", "kernelgateway", f"--KernelGatewayApp.auth_token={token}"])
    # ruleid: agent-tool-server-authenticated--notebook
    subprocess.Popen(["jupyter", "lab", "--ServerApp.token=''", "--no-browser"])
    # ok: agent-tool-server-authenticated--notebook
    subprocess.Popen(["jupyter", "lab", "--ServerApp.token=" + token, "--no-browser"])
