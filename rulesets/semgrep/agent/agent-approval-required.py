import subprocess
from dataclasses import dataclass

from agents import Agent, HostedMCPTool, function_tool
from autogen import UserProxyAgent
from claude_code_sdk import ClaudeCodeOptions
from interpreter import interpreter
from langchain_community.agent_toolkits.openapi import planner
from langchain_experimental.agents import create_pandas_dataframe_agent


def bad(llm, df, settings, wrapper):
    # ok: agent-approval-required
    create_pandas_dataframe_agent(llm, df, allow_dangerous_code=True)
    # ruleid: agent-approval-required
    planner.create_openapi_agent(None, wrapper, llm, allow_dangerous_requests=True)
    # ruleid: agent-approval-required
    UserProxyAgent("user", human_input_mode="NEVER", code_execution_config={"work_dir": "w"})
    # ruleid: agent-approval-required
    HostedMCPTool(tool_config={"type": "mcp", "server_label": "x", "require_approval": "never"})
    # ruleid: agent-approval-required
    ClaudeCodeOptions(permission_mode="bypassPermissions")
    # ruleid: agent-approval-required
    interpreter.auto_run = True
    # ruleid: agent-approval-required
    Agent(name="ops", auto_approve=True)
    # ruleid: agent-approval-required
    options = {"auto_approve": True}
    # ruleid: agent-approval-required
    settings.require_confirmation = False
    # ruleid: agent-approval-required, agent-approval-required--configuration
    subprocess.run(["claude", "--dangerously-skip-permissions", "-p", "go"], timeout=5)
    # ruleid: agent-approval-required
    run_agent("x", human_in_the_loop=False)
    return options


@dataclass
class Options:
    # ruleid: agent-approval-required
    auto_approve: bool = True


# ruleid: agent-approval-required
def start(agent, skip_confirmation=True):
    return agent


# ruleid: agent-approval-required, agent-approval-required--configuration
AUTO_APPROVE = True


def good(llm, df, settings, wrapper):
    # ok: agent-approval-required
    create_pandas_dataframe_agent(llm, df)
    # ok: agent-approval-required
    planner.create_openapi_agent(None, wrapper, llm, allow_dangerous_requests=False)
    # ok: agent-approval-required
    UserProxyAgent("user", human_input_mode="ALWAYS")
    # ok: agent-approval-required
    HostedMCPTool(tool_config={"type": "mcp", "server_label": "x", "require_approval": "always"})
    # ok: agent-approval-required
    ClaudeCodeOptions(permission_mode="default")
    # ok: agent-approval-required
    interpreter.auto_run = False
    # ok: agent-approval-required
    Agent(name="ops", auto_approve=settings.auto_approve)
    # ok: agent-approval-required
    settings.require_confirmation = True
    # ok: agent-approval-required
    subprocess.run(["claude", "-p", "go"], timeout=5)
    # ok: agent-approval-required
    function_tool(run, needs_approval=True)
