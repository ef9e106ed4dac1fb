import os

from langchain.agents import Tool

tools = [
    # ruleid: agent-tool-paths-confined--lambda
    Tool(name="read", func=lambda name: open(f"/srv/notes/{name}").read(), description="Reads a note"),
    # ok: agent-tool-paths-confined--lambda
    Tool(name="last", func=lambda name: open(os.path.join("/srv", os.path.basename(name))).read(), description="A note"),
]
