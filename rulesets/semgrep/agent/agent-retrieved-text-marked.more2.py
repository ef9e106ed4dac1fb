import httpx
import requests


def a(base):
    # ok: agent-retrieved-text-marked
    reply = requests.post(f"{base}/v1/chat/completions", json={"messages": [{"role": "user", "content": "Hello"}]}, timeout=5)
    return reply.json()


async def b(llm):
    async with httpx.AsyncClient(timeout=5) as web:
        page = await web.get("https://news.bank.cn/today")
    # ruleid: agent-retrieved-text-marked
    return await llm.ainvoke("Summarise: " + page.text)


def c(client, retrieved_chunks):
    # ruleid: agent-retrieved-text-marked
    return client.responses.create(model="m", input=f"Context: {retrieved_chunks}")
