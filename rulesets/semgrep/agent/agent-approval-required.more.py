from langchain_community.agent_toolkits.openapi.toolkit import RequestsToolkit
from langchain_experimental.agents import create_pandas_dataframe_agent, create_csv_agent
from langchain_experimental.utilities import PythonREPL
from autogen import UserProxyAgent
from interpreter import interpreter
from agents import HostedMCPTool
from langchain_community.vectorstores import FAISS

# ok: agent-approval-required
agent = create_pandas_dataframe_agent(llm, df, verbose=True, allow_dangerous_code=True)
# ok: agent-approval-required
agent2 = create_pandas_dataframe_agent(llm, df, verbose=True)
# ruleid: agent-approval-required
interpreter.auto_run = True
# ok: agent-approval-required
interpreter.auto_run = False
# ruleid: agent-approval-required
tool = HostedMCPTool(tool_config={"type": "mcp", "server_label": "x", "server_url": "https://a", "require_approval": "never"})
# ok: agent-approval-required
tool2 = HostedMCPTool(tool_config={"type": "mcp", "server_label": "x", "server_url": "https://a", "require_approval": "always"})
# ruleid: agent-approval-required
proxy = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config={"work_dir": "w", "use_docker": False})
# ok: agent-approval-required
proxy2 = UserProxyAgent("user", human_input_mode="ALWAYS", code_execution_config={"work_dir": "w"})
# ruleid: agent-approval-required
toolkit = RequestsToolkit(requests_wrapper=w, allow_dangerous_requests=True)
# ruleid: agent-approval-required
session = Session(auto_approve=True)
# ok: agent-approval-required
session2 = Session(auto_approve=False)
# ruleid: agent-approval-required
cfg = {"auto_approve": True, "model": "m"}
# ok: agent-approval-required
grid = Grid(rows, allow_unsafe_jscode=True)
# ruleid: agent-approval-required
session3 = Session(allow_unsafe_commands=True)
