import asyncio

import litellm
from agents import Runner
from autogen_agentchat.teams import RoundRobinGroupChat, SelectorGroupChat
from langchain.agents import AgentExecutor
from openai import OpenAI

client = OpenAI(timeout=30)
MAX_STEPS = 10


def react(messages):
    # ruleid: agent-model-loop-bounded
    while True:
        response = client.chat.completions.create(model="m", messages=messages, tools=TOOLS)
        message = response.choices[0].message
        if not message.tool_calls:
            return message.content
        for call in message.tool_calls:
            messages.append(run_tool(call))


async def react_async(llm, messages):
    done = False
    # ruleid: agent-model-loop-bounded
    while not done:
        reply = await llm.ainvoke(messages)
        done = "FINAL" in reply.content


def claude_loop(client, messages):
    response = client.messages.create(model="c", max_tokens=10, messages=messages)
    # ruleid: agent-model-loop-bounded
    while response.stop_reason == "tool_use":
        messages.append(run(response))
        response = client.messages.create(model="c", max_tokens=10, messages=messages)


def lite(messages):
    # ruleid: agent-model-loop-bounded
    while True:
        try:
            out = litellm.completion(model="m", messages=messages, timeout=5)
            if out.choices[0].finish_reason == "stop":
                break
        except ValueError:
            continue


async def two_agents(writer_agent, critic_agent, msg):
    # ruleid: agent-model-loop-bounded
    while True:
        msg = await writer_agent(msg)
        msg = await critic_agent(msg)
        if msg.content == "ok":
            break


def frameworks(agent, tools, participants):
    # ruleid: agent-model-loop-bounded--framework
    a = AgentExecutor(agent=agent, tools=tools, max_iterations=None)
    # ruleid: agent-model-loop-bounded--framework
    b = RoundRobinGroupChat(participants)
    # ruleid: agent-model-loop-bounded--framework
    c = SelectorGroupChat(participants, model_client=agent)
    # ruleid: agent-model-loop-bounded--framework
    d = Runner.run_sync(agent, "go", max_turns=None)
    # ruleid: agent-model-loop-bounded--framework
    e = AgentExecutor(agent=agent, tools=tools, max_iterations=float("inf"))
    return a, b, c, d, e


def bounded_for(messages):
    # ok: agent-model-loop-bounded
    for _ in range(MAX_STEPS):
        response = client.chat.completions.create(model="m", messages=messages)
        if not response.choices[0].message.tool_calls:
            return response


def bounded_while(messages):
    step = 0
    # ok: agent-model-loop-bounded
    while step < MAX_STEPS:
        client.chat.completions.create(model="m", messages=messages)
        step += 1


def bounded_break(messages):
    steps = 0
    # ok: agent-model-loop-bounded
    while True:
        client.chat.completions.create(model="m", messages=messages)
        steps += 1
        if steps >= MAX_STEPS:
            raise RuntimeError("too many steps")


def console(llm):
    # ok: agent-model-loop-bounded
    while True:
        question = input("> ")
        print(llm.invoke(question))


async def socket(websocket, agent):
    # ok: agent-model-loop-bounded
    while True:
        text = await websocket.receive_text()
        await websocket.send_text(await agent.run(text))


async def worker(queue, llm):
    # ok: agent-model-loop-bounded
    while True:
        job = await queue.get()
        await llm.ainvoke(job)


def no_model():
    # ok: agent-model-loop-bounded
    while True:
        if poll():
            break


def frameworks_good(agent, tools, participants, **kwargs):
    # ok: agent-model-loop-bounded--framework
    a = AgentExecutor(agent=agent, tools=tools, max_iterations=8)
    # ok: agent-model-loop-bounded--framework
    b = RoundRobinGroupChat(participants, max_turns=10)
    # ok: agent-model-loop-bounded--framework
    c = SelectorGroupChat(participants, model_client=agent, termination_condition=STOP)
    # ok: agent-model-loop-bounded--framework
    d = Runner.run_sync(agent, "go", max_turns=5)
    # ok: agent-model-loop-bounded--framework
    e = RoundRobinGroupChat(participants, **kwargs)
    return a, b, c, d, e


def until_short_enough(client, draft):
    # ruleid: agent-model-loop-bounded
    while True:
        response = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": draft}])
        draft = response.choices[0].message.content
        if len(draft) < 4000:
            break
    return draft


def until_good_enough(client, draft, judge):
    # ruleid: agent-model-loop-bounded
    while True:
        draft = client.chat.completions.create(model="gpt-4o", messages=draft).choices[0].message.content
        score = judge(draft)
        if score > 0.8:
            return draft


def short_or_given_up(client, draft, max_rounds):
    # ok: agent-model-loop-bounded
    while True:
        draft = client.chat.completions.create(model="gpt-4o", messages=draft).choices[0].message.content
        rounds += 1
        if len(draft) < 4000 or rounds >= max_rounds:
            break
    return draft


def history_grows(client, history):
    # ok: agent-model-loop-bounded
    while True:
        history.append(client.chat.completions.create(model="gpt-4o", messages=history))
        if len(history) > 20:
            raise RuntimeError("no end")
