from fastapi import FastAPI, Request, Body, Depends
from flask import Flask, request
from langchain_core.messages import SystemMessage, HumanMessage
from langchain_core.prompts import ChatPromptTemplate
from openai import AsyncOpenAI
import anthropic
from pydantic import BaseModel

app = FastAPI()
flask_app = Flask(__name__)
client = AsyncOpenAI()
claude = anthropic.Anthropic()


class ChatIn(BaseModel):
    message: str
    tone: str = "formal"


@app.post("/chat")
async def chat(body: ChatIn):
    system = "You are a bank assistant. Tone: {}".format(body.tone)
    # ruleid: agent-system-prompt-free-of-request-text
    messages = [{"role": "system", "content": system}, {"role": "user", "content": body.message}]
    return await client.chat.completions.create(model="m", messages=messages)


@app.post("/chat-ok")
async def chat_ok(body: ChatIn):
    # ok: agent-system-prompt-free-of-request-text
    messages = [{"role": "system", "content": "You are a bank assistant."}, {"role": "user", "content": f"{body.tone}: {body.message}"}]
    return await client.chat.completions.create(model="m", messages=messages)


@flask_app.post("/ask")
def ask():
    persona = request.json["persona"]
    # ruleid: agent-system-prompt-free-of-request-text
    reply = claude.messages.create(model="c", max_tokens=9, system=f"Act as {persona}", messages=[{"role": "user", "content": "hi"}])
    return reply.content[0].text


@flask_app.post("/ask-ok")
def ask_ok():
    question = request.json["question"]
    # ok: agent-system-prompt-free-of-request-text
    reply = claude.messages.create(model="c", max_tokens=9, system="Act as a clerk", messages=[{"role": "user", "content": question}])
    return reply.content[0].text


@app.post("/lc")
async def lc(body: ChatIn, llm=Depends(lambda: None)):
    # ruleid: agent-system-prompt-free-of-request-text
    history = [SystemMessage(content="Help. " + body.message), HumanMessage(content="go")]
    return await llm.ainvoke(history)


@app.post("/lc-ok")
async def lc_ok(body: ChatIn, llm=Depends(lambda: None)):
    # ok: agent-system-prompt-free-of-request-text
    history = [SystemMessage(content="Help."), HumanMessage(content=body.message)]
    return await llm.ainvoke(history)


@app.post("/resp")
async def resp(req: Request):
    data = await req.json()
    # ruleid: agent-system-prompt-free-of-request-text
    out = await client.responses.create(model="m", instructions=f"Follow: {data['rules']}", input="hello")
    return out.output_text


@app.post("/role")
async def role(body: ChatIn):
    tones = {"formal": "Write formally.", "plain": "Write plainly."}
    # ok: agent-system-prompt-free-of-request-text
    messages = [{"role": "system", "content": tones[body.tone]}, {"role": "user", "content": body.message}]
    return await client.chat.completions.create(model="m", messages=messages)
