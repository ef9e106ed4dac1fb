import shlex
import subprocess

from langchain.agents import Tool

tools = [
    # ruleid: agent-tool-arguments-not-in-shell--lambda
    Tool(name="run", func=lambda line: subprocess.getoutput(line), description="Runs a line"),
    # ok: agent-tool-arguments-not-in-shell--lambda
    Tool(name="head", func=lambda name: subprocess.getoutput("head -1 " + shlex.quote(name)), description="First line"),
]
