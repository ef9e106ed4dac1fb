import asyncio
import subprocess
import sys

CHECK = "import sys; print(sys.version)"


def run(code: str) -> str:
    # ruleid: os-interpreter-code-literal
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout


async def run_async(script):
    # ruleid: os-interpreter-code-literal
    process = await asyncio.create_subprocess_exec("python3", "-c", script)
    await process.wait()


def run_node(args):
    # ruleid: os-interpreter-code-literal
    return subprocess.check_output(["node", "-e", args["code"]])


def run_shell(command):
    # ruleid: os-interpreter-code-literal
    cmd = ["bash", "-lc", f"cd /work && {command}"]
    return subprocess.run(cmd)


def isolated(code):
    # ruleid: os-interpreter-code-literal
    return subprocess.run([sys.executable, "-I", "-c", code])


def fixed():
    # ok: os-interpreter-code-literal
    subprocess.run([sys.executable, "-c", "import numpy"])
    # ok: os-interpreter-code-literal
    subprocess.run([sys.executable, "-c", CHECK])
    # ok: os-interpreter-code-literal
    subprocess.run([sys.executable, "-m", "pip", "install", "x"])


def boxed(code):
    # ok: os-interpreter-code-literal
    subprocess.run(["docker", "run", "--rm", "--network=none", "python:3.12", "python", "-c", code])


def count(path):
    # ok: os-interpreter-code-literal
    subprocess.run(["wc", "-c", path])
