import asyncio, os, subprocess, ast, json
import subprocess as sp
from anthropic import AsyncAnthropic
from openai import OpenAI
from langchain_core.output_parsers import StrOutputParser


class Analyst:
    def __init__(self):
        self.client = AsyncAnthropic()
        self.openai = OpenAI()

    async def compute(self, question):
        message = await self.client.messages.create(model="claude-sonnet-4", max_tokens=500, messages=[{"role": "user", "content": question}])
        snippet = message.content[0].text
        namespace = {}
        # ruleid: agent-model-output-not-executed
        exec(snippet, namespace)
        return namespace["result"]

    async def compute_safely(self, question):
        message = await self.client.messages.create(model="claude-sonnet-4", max_tokens=500, messages=[{"role": "user", "content": question}])
        # ok: agent-model-output-not-executed, agent-model-output-not-executed--shell
        return ast.literal_eval(message.content[0].text)

    def from_responses(self, question):
        reply = self.openai.responses.create(model="gpt-5", input=question)
        code = reply.output_text.strip().removeprefix("```python").removesuffix("```")
        # ruleid: agent-model-output-not-executed
        compiled = compile(code, "<model>", "exec")
        return compiled

    def shell_step(self, goal):
        completion = self.openai.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": goal}])
        command = completion.choices[0].message.content
        # ruleid: agent-model-output-not-executed--shell
        proc = sp.Popen(command, shell=True, stdout=sp.PIPE)
        return proc.communicate()

    def shell_step_safe(self, goal):
        completion = self.openai.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": goal}])
        name = completion.choices[0].message.content.strip()
        allowed = {"disk": ["df", "-h"], "mem": ["free", "-m"]}
        # ok: agent-model-output-not-executed, agent-model-output-not-executed--shell
        return sp.run(allowed[name], capture_output=True, timeout=10)

    async def shell_async(self, goal):
        completion = await self.openai.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": goal}])
        data = json.loads(completion.choices[0].message.content)
        # ruleid: agent-model-output-not-executed--shell
        proc = await asyncio.create_subprocess_shell(data["command"])
        await proc.wait()


def chain_eval(llm, prompt, question):
    chain = prompt | llm | StrOutputParser()
    expression = chain.invoke({"q": question})
    # ruleid: agent-model-output-not-executed
    return eval(expression)


def chain_number(llm, prompt, question):
    chain = prompt | llm | StrOutputParser()
    expression = chain.invoke({"q": question})
    # ok: agent-model-output-not-executed, agent-model-output-not-executed--shell
    return float(expression)


def stream_and_run(client, prompt):
    parts = []
    for chunk in client.chat.completions.create(model="qwen-max", messages=prompt, stream=True):
        parts.append(chunk.choices[0].delta.content or "")
    script = "".join(parts)
    # ruleid: agent-model-output-not-executed--shell
    os.system(script)


def dashscope_eval(messages):
    import dashscope
    response = dashscope.Generation.call(model="qwen-plus", messages=messages, result_format="message")
    formula = response.output.choices[0].message.content
    # ruleid: agent-model-output-not-executed
    value = eval(formula, {"__builtins__": {}})
    return value


def constant_template(client, messages):
    reply = client.chat.completions.create(model="qwen-plus", messages=messages).choices[0].message.content
    print(reply)
    # ok: agent-model-output-not-executed, agent-model-output-not-executed--shell
    return eval("1 + 1")
