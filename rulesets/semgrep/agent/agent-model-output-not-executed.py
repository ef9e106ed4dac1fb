import ast
import asyncio
import builtins
import json
import shlex
import subprocess
import subprocess as sp
import sys

import litellm
from agents import Runner
from anthropic import Anthropic
from dashscope import Generation
from langchain_core.tools import tool
from langchain_experimental.utilities import PythonREPL
from langchain_openai import ChatOpenAI
from mcp.server.fastmcp import FastMCP
from openai import AsyncOpenAI, OpenAI

client = OpenAI(timeout=30)
aclient = AsyncOpenAI(timeout=30)
claude = Anthropic(timeout=30)
llm = ChatOpenAI(model="gpt-4o")
mcp = FastMCP("tools")
SANDBOX = object()
ACTIONS = {"report": print, "summary": len}
ALLOWED_COMMANDS = ("ls", "df", "uptime")


def run_plan(prompt: str):
    response = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": prompt}])
    code = response.choices[0].message.content
    # ruleid: agent-model-output-not-executed
    exec(code)


async def evaluate_async(question):
    resp = await aclient.chat.completions.create(model="m", messages=[{"role": "user", "content": question}])
    expr = resp.choices[0].message.content.strip().removeprefix("```python").removesuffix("```")
    # ruleid: agent-model-output-not-executed
    return eval(expr, {"__builtins__": {}})


def analyse_frame(df, question):
    answer = llm.invoke(f"Write pandas code for: {question}")
    scope = {"df": df}
    # ruleid: agent-model-output-not-executed
    exec(compile(answer.content, "<llm>", "exec"), scope)
    return scope["result"]


def repl(question):
    reply = claude.messages.create(model="claude", max_tokens=1000, messages=[{"role": "user", "content": question}])
    # ruleid: agent-model-output-not-executed
    return PythonREPL().run(reply.content[0].text)


def interpreter(question):
    data = litellm.completion(model="qwen", messages=[{"role": "user", "content": question}], timeout=10)
    script = json.loads(data["choices"][0]["message"]["content"])["script"]
    # ruleid: agent-model-output-not-executed
    return subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=10)


def qwen_calc(question):
    rsp = Generation.call(model="qwen-max", prompt=question)
    # ruleid: agent-model-output-not-executed
    return builtins.eval(rsp.output.text)


@tool
def python_tool(code: str) -> str:
    """Run Python code."""
    # ruleid: agent-model-output-not-executed
    exec(code, {})
    return "done"


@mcp.tool()
async def calculate(expression: str) -> str:
    # ruleid: agent-model-output-not-executed
    return str(eval(expression))


def dispatch(message):
    for call in message.tool_calls:
        args = json.loads(call.function.arguments)
        if call.function.name == "python":
            # ruleid: agent-model-output-not-executed
            exec(args["code"])


def run_generated(generated_code: str):
    # ruleid: agent-model-output-not-executed
    exec(generated_code, globals())


def model_shell(prompt):
    command = client.responses.create(model="gpt-4o", input=prompt).output_text
    # ruleid: agent-model-output-not-executed--shell
    subprocess.run(command, shell=True, check=False)


async def model_shell_async(agent, prompt):
    result = await Runner.run(agent, prompt)
    # ruleid: agent-model-output-not-executed--shell
    proc = await asyncio.create_subprocess_shell(f"cd /srv && {result.final_output}")
    return await proc.communicate()


def model_split(prompt):
    text = llm.predict(prompt)
    # ruleid: agent-model-output-not-executed--shell
    return sp.check_output(shlex.split(text))


def bash_c(prompt):
    text = call_llm(prompt)
    # ruleid: agent-model-output-not-executed--shell
    return subprocess.run(["bash", "-c", text], timeout=5)


def bash_block(response):
    for block in response.content:
        if block.type == "tool_use":
            # ruleid: agent-model-output-not-executed--shell
            subprocess.Popen(block.input["command"], shell=True)


# ---- correct twins and near misses


def parse_plan(prompt: str):
    response = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": prompt}])
    # ok: agent-model-output-not-executed
    return json.loads(response.choices[0].message.content)


def literal_only(prompt):
    # ok: agent-model-output-not-executed
    return ast.literal_eval(llm.invoke(prompt).content)


def table_of_actions(prompt):
    name = llm.invoke(prompt).content.strip()
    # ok: agent-model-output-not-executed
    return ACTIONS[name]()


def sandboxed(prompt):
    code = llm.invoke(prompt).content
    # ok: agent-model-output-not-executed
    return SANDBOX.run_code(code, timeout=10)


def in_container(docker_client, prompt):
    code = llm.invoke(prompt).content
    # ok: agent-model-output-not-executed
    # ok: agent-model-output-not-executed--shell
    return docker_client.containers.run("python:3.12", ["python", "-c", "import runner"], environment={"CODE": code}, network_mode="none")


def torch_mode(model, batch):
    # ok: agent-model-output-not-executed
    model.eval()
    return model(batch)


def constant_code():
    # ok: agent-model-output-not-executed
    exec("import math")


def orm(session, llm_output):
    # ok: agent-model-output-not-executed
    return session.exec(select_statement).all()


def allow_listed(prompt):
    name = llm.invoke(prompt).content.strip()
    if name not in ALLOWED_COMMANDS:
        raise ValueError(name)
    # ok: agent-model-output-not-executed--shell
    return subprocess.run([name], capture_output=True, timeout=5)


def fixed_program(prompt):
    term = llm.invoke(prompt).content
    # ok: agent-model-output-not-executed--shell
    return subprocess.run(["grep", "-F", "--", term, "/var/lib/app/notes"], capture_output=True, timeout=5)


def quoted(prompt):
    term = llm.predict(prompt)
    # ok: agent-model-output-not-executed--shell
    return subprocess.getoutput(f"grep -F -- {shlex.quote(term)} notes.txt")


def argv_variable(prompt):
    term = llm.predict(prompt)
    argv = ["git", "log", "--grep", term]
    # ok: agent-model-output-not-executed--shell
    return subprocess.run(argv, check=True, timeout=5)


def input_on_stdin(prompt):
    answer = llm.predict(prompt)
    # ok: agent-model-output-not-executed--shell
    return subprocess.run(["wc", "-w"], input=answer, text=True, timeout=5)


def number_around_the_evaluation(question: str) -> float:
    response = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])
    formula = response.choices[0].message.content
    # ruleid: agent-model-output-not-executed
    return float(eval(formula, {"__builtins__": {}}, {"pow": pow}))


def length_of_the_evaluation(question: str) -> int:
    code = llm.invoke(question).content
    # ruleid: agent-model-output-not-executed
    return len(eval(code))


def number_before_the_evaluation(question: str):
    response = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])
    months = int(response.choices[0].message.content)
    # ok: agent-model-output-not-executed
    return eval("rate * %d" % months)
