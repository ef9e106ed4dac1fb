import json

from agents import function_tool
from fastmcp import FastMCP
from langchain_core.tools import tool
from openai import OpenAI

client = OpenAI(timeout=30)
mcp = FastMCP("admin")


def is_allowed(user, action):
    reply = client.chat.completions.create(model="m", messages=[{"role": "user", "content": f"May {user} do {action}?"}])
    # ruleid: agent-model-output-grants-nothing
    return "yes" in reply.choices[0].message.content.lower()


def set_role(llm, user, text):
    data = json.loads(llm.invoke(text).content)
    # ruleid: agent-model-output-grants-nothing
    user.role = data["role"]
    user.save()


def check_access(llm, user, doc):
    verdict = llm.invoke(f"Can {user} read {doc}? Answer ALLOW or DENY").content.strip()
    # ruleid: agent-model-output-grants-nothing
    if verdict == "ALLOW":
        return True
    return False


def elevate(llm, user, request_text):
    answer = llm.predict(request_text)
    # ruleid: agent-model-output-grants-nothing
    if "approved" in answer:
        grant_admin(user)


def guard(llm, user, action):
    decision = call_llm(f"{user} wants {action}")
    # ruleid: agent-model-output-grants-nothing
    if decision != "allow":
        raise PermissionError(action)
    return run(action)


def assign(llm, user, text):
    plan = json.loads(llm.invoke(text).content)
    # ruleid: agent-model-output-grants-nothing
    grant_role(user, plan["role"])


@mcp.tool()
# ruleid: agent-model-output-grants-nothing--argument
def delete_account(account_id: str, is_admin: bool) -> str:
    if not is_admin:
        return "refused"
    return remove(account_id)


@tool
# ruleid: agent-model-output-grants-nothing--argument
def read_record(record: str, user_role: str) -> str:
    """Read."""
    if user_role == "manager":
        return fetch(record)
    return "refused"


@function_tool
# ruleid: agent-model-output-grants-nothing--argument
def pay(amount: float, approved: bool = False) -> str:
    if approved:
        return send(amount)
    return "waiting"


@mcp.tool()
# ruleid: agent-model-output-grants-nothing--argument
def export(caller_role: str) -> str:
    require_role(caller_role)
    return dump()


@tool
# ruleid: agent-model-output-grants-nothing--argument
def refund(order: str, manager_approved: bool) -> str:
    """Refund."""
    if not manager_approved:
        return "refused"
    return do_refund(order)


# ---- correct twins and near misses


def is_allowed_by_policy(user, action, llm):
    # ok: agent-model-output-grants-nothing
    return user.has_permission(action)


def act(llm, user, text):
    action = llm.invoke(text).content
    if not user.has_permission(action):
        raise PermissionError(action)
    # ok: agent-model-output-grants-nothing
    return run(action)


def message_role(llm, history, text):
    reply = llm.invoke(text)
    # ok: agent-model-output-grants-nothing
    history.append({"role": "assistant", "content": reply.content})


def classify(llm, text):
    label = llm.invoke(text).content
    # ok: agent-model-output-grants-nothing
    if label == "spam":
        return "spam"
    return "ham"


def proposal(llm, user, text, approvals):
    plan = json.loads(llm.invoke(text).content)
    # ok: agent-model-output-grants-nothing
    approvals.submit(user, plan)


def fixed_role(llm, user, text):
    llm.invoke(text)
    # ok: agent-model-output-grants-nothing
    user.role = "viewer"


@mcp.tool()
# ok: agent-model-output-grants-nothing--argument
def delete_own(account_id: str, ctx: Context) -> str:
    if not ctx.user.has_permission("delete", account_id):
        return "refused"
    return remove(account_id)


@tool
# ok: agent-model-output-grants-nothing--argument
def describe_role(role_name: str) -> str:
    """Describe."""
    return ROLES[role_name]


@tool
# ok: agent-model-output-grants-nothing--argument
def list_files(recursive: bool = False) -> str:
    """List."""
    if recursive:
        return walk()
    return ls()


@tool
# ok: agent-model-output-grants-nothing--argument
def search(query: str, approved_only: bool = True) -> str:
    """Search."""
    if approved_only:
        return find(query)
    return ""


# ok: agent-model-output-grants-nothing--argument
def internal(is_admin: bool):
    if is_admin:
        return 1
    return 0
