import sqlite3
from sqlalchemy import text, create_engine, select
from openai import OpenAI
import psycopg
import pandas as pd

client = OpenAI()


def ask_db(question, conn):
    sql = client.chat.completions.create(model="m", messages=[{"role": "user", "content": question}]).choices[0].message.content
    # ruleid: agent-model-output-not-sql
    return conn.execute(sql).fetchall()


def ask_db_param(question, conn):
    name = client.chat.completions.create(model="m", messages=[{"role": "user", "content": question}]).choices[0].message.content
    # ok: agent-model-output-not-sql
    return conn.execute("SELECT * FROM products WHERE name = ?", (name,)).fetchall()


async def ask_pg(llm, pool, question):
    reply = await llm.ainvoke(question)
    query = reply.content.strip("`")
    async with pool.acquire() as con:
        # ruleid: agent-model-output-not-sql
        return await con.fetch(query)


def ask_pandas(llm, engine, question):
    sql = llm.invoke(question).content
    # ruleid: agent-model-output-not-sql
    return pd.read_sql(sql, engine)


def ask_where(llm, session, question):
    where = llm.invoke(question).content
    # ruleid: agent-model-output-not-sql
    return session.execute(text(f"SELECT * FROM loans WHERE {where}"))


def ask_where_ok(llm, session, question, Loan):
    purpose = llm.invoke(question).content
    # ok: agent-model-output-not-sql
    return session.execute(select(Loan).where(Loan.purpose == purpose))


def fixed(llm, session, question):
    choice = llm.invoke(question).content
    queries = {"a": "SELECT 1", "b": "SELECT 2"}
    # ok: agent-model-output-not-sql
    return session.execute(text(queries[choice]))


def bound(llm, cur, q):
    name = llm.invoke(q).content
    # ok: agent-model-output-not-sql
    cur.execute("SELECT id FROM t WHERE name = %(name)s", {"name": name})
    return cur.fetchall()
