from anthropic import Anthropic
from fastapi import APIRouter, FastAPI, Request
from flask import Flask, request
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.prompts import ChatPromptTemplate
from llama_index.core.llms import ChatMessage, MessageRole
from openai import AsyncOpenAI, OpenAI

app = FastAPI()
router = APIRouter()
flask_app = Flask(__name__)
client = OpenAI(timeout=30)
aclient = AsyncOpenAI(timeout=30)
claude = Anthropic(timeout=30)
SYSTEM = "You answer questions about invoices."
PERSONAS = {"short": "Answer in one sentence.", "long": "Answer at length."}
STYLES = ("formal", "casual")


@app.post("/chat")
async def chat(body: ChatIn):
    return await aclient.chat.completions.create(
        model="m",
        messages=[
            # ruleid: agent-system-prompt-free-of-request-text
            {"role": "system", "content": f"You are {body.persona}. Obey the rules."},
            {"role": "user", "content": body.message},
        ],
    )


@flask_app.post("/ask")
def ask():
    role = request.json.get("role", "assistant")
    system = "You are a " + role
    # ruleid: agent-system-prompt-free-of-request-text
    return claude.messages.create(model="c", max_tokens=10, system=system, messages=[])


@router.post("/agent")
async def agent_run(request: Request):
    data = await request.json()
    # ruleid: agent-system-prompt-free-of-request-text
    messages = [SystemMessage(content=data["instructions"]), HumanMessage(content=data["question"])]
    return await llm.ainvoke(messages)


@router.get("/prompt")
def prompt(topic: str):
    # ruleid: agent-system-prompt-free-of-request-text
    template = ChatPromptTemplate.from_messages([("system", "Only speak of %s" % topic), ("human", "{input}")])
    return template


@router.post("/respond")
def respond(text: str):
    # ruleid: agent-system-prompt-free-of-request-text
    return client.responses.create(model="m", instructions="Context: {}".format(text), input="go")


@router.post("/llama")
def llama(q: str):
    # ruleid: agent-system-prompt-free-of-request-text
    return llm.chat([ChatMessage(role=MessageRole.SYSTEM, content=f"Rules. {q}")])


@app.post("/chat-good")
async def chat_good(body: ChatIn):
    return await aclient.chat.completions.create(
        model="m",
        messages=[
            # ok: agent-system-prompt-free-of-request-text
            {"role": "system", "content": SYSTEM},
            # ok: agent-system-prompt-free-of-request-text
            {"role": "user", "content": body.message},
        ],
    )


@app.post("/persona")
async def persona(body: ChatIn):
    # ok: agent-system-prompt-free-of-request-text
    return [{"role": "system", "content": PERSONAS[body.persona]}, {"role": "user", "content": body.message}]


@app.post("/persona-get")
async def persona_get(body: ChatIn):
    # ok: agent-system-prompt-free-of-request-text
    return SystemMessage(content=PERSONAS.get(body.persona, SYSTEM))


@app.post("/style")
async def style(style: str):
    if style not in STYLES:
        raise ValueError(style)
    # ok: agent-system-prompt-free-of-request-text
    return SystemMessage(content=f"Write in a {style} style.")


@app.post("/human")
async def human(message: str):
    # ok: agent-system-prompt-free-of-request-text
    return await llm.ainvoke([SystemMessage(content=SYSTEM), HumanMessage(content=message)])


@app.post("/claude")
def claude_good(message: str):
    # ok: agent-system-prompt-free-of-request-text
    return claude.messages.create(model="c", max_tokens=10, system=SYSTEM, messages=[{"role": "user", "content": message}])


@app.post("/limit")
def limit(count: int):
    # ok: agent-system-prompt-free-of-request-text
    return SystemMessage(content=f"Give {count} answers.")
