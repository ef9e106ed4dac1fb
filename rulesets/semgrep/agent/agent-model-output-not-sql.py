import json
import sqlite3

import duckdb
import pandas as pd
import sqlglot
from agents import function_tool
from fastmcp import FastMCP
from langchain_core.tools import tool
from openai import AsyncOpenAI, OpenAI
from sqlalchemy import select, text

client = OpenAI(timeout=30)
aclient = AsyncOpenAI(timeout=30)
mcp = FastMCP("db")
QUERIES = {"count": "SELECT count(*) FROM orders"}


def ask(question, conn):
    resp = client.chat.completions.create(model="m", messages=[{"role": "user", "content": question}])
    sql = resp.choices[0].message.content
    cur = conn.cursor()
    # ruleid: agent-model-output-not-sql
    cur.execute(sql)
    return cur.fetchall()


async def ask_async(question, session):
    resp = await aclient.responses.create(model="m", input=question)
    query = resp.output_text.strip().strip("`")
    # ruleid: agent-model-output-not-sql
    return (await session.execute(text(query))).all()


def ask_pandas(llm, question, engine):
    sql = llm.invoke(f"SQL for {question}").content
    # ruleid: agent-model-output-not-sql
    return pd.read_sql_query(sql, engine)


def chain_run(sql_chain, db, question):
    sql = sql_chain.invoke({"question": question})
    # ruleid: agent-model-output-not-sql
    return db.run(sql)


@mcp.tool()
def query(sql: str) -> str:
    with sqlite3.connect("app.db") as conn:
        # ruleid: agent-model-output-not-sql
        return json.dumps(conn.execute(sql).fetchall())


@function_tool
async def find_user(name: str) -> str:
    # ruleid: agent-model-output-not-sql
    rows = await pool.fetch(f"SELECT * FROM users WHERE name = '{name}'")
    return str(rows)


@tool
def frame(sql: str) -> str:
    """Query."""
    # ruleid: agent-model-output-not-sql
    return duckdb.sql(sql).df().to_string()


def by_tool_call(tool_call, cursor):
    args = json.loads(tool_call.function.arguments)
    # ruleid: agent-model-output-not-sql
    cursor.execute("SELECT * FROM orders WHERE city = '%s'" % args["city"])


def run_generated(generated_sql: str, connection):
    # ruleid: agent-model-output-not-sql
    return connection.execute(generated_sql)


# ---- correct twins and near misses


def parameter(llm, question, cur):
    city = llm.invoke(f"Which city? {question}").content
    # ok: agent-model-output-not-sql
    cur.execute("SELECT * FROM orders WHERE city = %s", (city,))
    return cur.fetchall()


@mcp.tool()
async def find(name: str) -> str:
    # ok: agent-model-output-not-sql
    return str(await pool.fetch("SELECT * FROM users WHERE name = $1", name))


@tool
def bound(name: str) -> str:
    """Find."""
    # ok: agent-model-output-not-sql
    return str(session.execute(text("SELECT * FROM users WHERE name = :name"), {"name": name}).all())


@tool
def orm(name: str) -> str:
    """Find."""
    # ok: agent-model-output-not-sql
    return str(session.execute(select(User).where(User.name == name)).all())


@tool
def table(name: str) -> str:
    """Find."""
    # ok: agent-model-output-not-sql
    return str(conn.execute(QUERIES[name]).fetchall())


def checked(llm, question, conn):
    sql = llm.invoke(question).content
    if not is_safe_select(sql):
        raise ValueError("refused")
    # ok: agent-model-output-not-sql
    return conn.execute(sql).fetchall()


def parsed(llm, question, conn):
    sql = llm.invoke(question).content
    tree = sqlglot.parse_one(sql)
    if not isinstance(tree, sqlglot.exp.Select):
        raise ValueError("only SELECT")
    # ok: agent-model-output-not-sql
    return conn.execute(tree.sql()).fetchall()


def run_agent(agent, question):
    # ok: agent-model-output-not-sql
    return agent.run(question)


def save_answer(llm, question, cur):
    answer = llm.invoke(question).content
    # ok: agent-model-output-not-sql
    cur.execute("INSERT INTO answers (body) VALUES (?)", [answer])
