from autogen import UserProxyAgent
from smolagents import CodeAgent

# ruleid: os-code-not-evaluated--local-executor
runner = UserProxyAgent("runner", code_execution_config={"work_dir": "coding", "use_docker": False})
# ok: os-code-not-evaluated--local-executor
boxed = UserProxyAgent("runner", code_execution_config={"work_dir": "coding", "use_docker": True})
# ruleid: os-code-not-evaluated--local-executor
agent = CodeAgent(tools=[], model=None, additional_authorized_imports=["*"])
# ok: os-code-not-evaluated--local-executor
narrow = CodeAgent(tools=[], model=None, additional_authorized_imports=["math"])
