import os


def a(client, prompt):
    reply = client.chat.completions.create(model="qwen-max", messages=prompt)
    code = reply.choices[0].message.content or ""
    # ruleid: agent-model-output-not-executed
    exec(code)


def b(client, prompt):
    parts = []
    for chunk in client.chat.completions.create(model="qwen-max", messages=prompt, stream=True):
        parts.append(chunk.choices[0].delta.content)
    script = "".join(parts)
    # ruleid: agent-model-output-not-executed--shell
    os.system(script)


def c(client, prompt):
    parts = []
    for chunk in client.chat.completions.create(model="qwen-max", messages=prompt, stream=True):
        delta = chunk.choices[0].delta.content
        if delta:
            parts.append(delta)
    # ruleid: agent-model-output-not-executed--shell
    os.system("".join(parts))


def d(client, prompt):
    text = ""
    for chunk in client.chat.completions.create(model="qwen-max", messages=prompt, stream=True):
        text += chunk.choices[0].delta.content or ""
    # ruleid: agent-model-output-not-executed
    exec(text)
