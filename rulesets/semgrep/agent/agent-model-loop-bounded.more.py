import itertools


async def agent_loop(client, messages, tools):
    # ruleid: agent-model-loop-bounded
    while True:
        reply = await client.chat.completions.create(model="m", messages=messages, tools=tools, timeout=20)
        calls = reply.choices[0].message.tool_calls
        if not calls:
            return reply
        messages.append(run(calls))


async def agent_loop_bounded(client, messages, tools, max_turns=10):
    turns = 0
    # ok: agent-model-loop-bounded, agent-model-loop-bounded--count
    while True:
        turns += 1
        if turns > max_turns:
            raise RuntimeError("too many turns")
        reply = await client.chat.completions.create(model="m", messages=messages, tools=tools, timeout=20)
        calls = reply.choices[0].message.tool_calls
        if not calls:
            return reply
        messages.append(run(calls))


def until_done(llm, state):
    done = False
    # ruleid: agent-model-loop-bounded
    while not done:
        out = llm.invoke(state)
        done = "FINAL" in out.content
        state.append(out)
    return state


def until_done_for(llm, state):
    # ok: agent-model-loop-bounded, agent-model-loop-bounded--count
    for _ in range(8):
        out = llm.invoke(state)
        if "FINAL" in out.content:
            break
        state.append(out)
    return state


def counting(llm, state):
    # ruleid: agent-model-loop-bounded--count
    for step in itertools.count():
        out = llm.invoke(state)
        if out.content == "stop":
            return state


def anthropic_loop(client, messages):
    response = client.messages.create(model="c", max_tokens=100, messages=messages, timeout=9)
    # ruleid: agent-model-loop-bounded
    while response.stop_reason == "tool_use":
        messages.append({"role": "user", "content": run(response)})
        response = client.messages.create(model="c", max_tokens=100, messages=messages, timeout=9)
    return response


def anthropic_loop_bounded(client, messages):
    response = client.messages.create(model="c", max_tokens=100, messages=messages, timeout=9)
    rounds = 0
    # ok: agent-model-loop-bounded, agent-model-loop-bounded--count
    while response.stop_reason == "tool_use" and rounds < 12:
        rounds += 1
        messages.append({"role": "user", "content": run(response)})
        response = client.messages.create(model="c", max_tokens=100, messages=messages, timeout=9)
    return response


def worker(queue, llm):
    # ok: agent-model-loop-bounded, agent-model-loop-bounded--count
    while True:
        job = queue.get()
        if job is None:
            break
        print(llm.invoke(job))
