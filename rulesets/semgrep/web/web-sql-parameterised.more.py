import sqlite3, psycopg, aiosqlite, asyncpg
from sqlalchemy import text, select
from django.db import connection
from sqlalchemy.orm import Session


class Repo:
    def __init__(self, conn):
        self.conn = conn

    def find(self, name):
        # ruleid: web-sql-parameterised
        return self.conn.execute(f"SELECT * FROM loans WHERE name = '{name}'").fetchone()

    def find_ok(self, name):
        # ok: web-sql-parameterised, web-sql-parameterised--fragment
        return self.conn.execute("SELECT * FROM loans WHERE name = ?", (name,)).fetchone()

    def delete(self, uid):
        sql = "DELETE FROM users WHERE id = %s" % uid
        cur = self.conn.cursor()
        # ruleid: web-sql-parameterised
        cur.execute(sql)

    def page(self, limit: int):
        # ok: web-sql-parameterised, web-sql-parameterised--fragment
        return self.conn.execute("SELECT * FROM t LIMIT %s", [limit])

    async def order(self, db, column):
        # ruleid: web-sql-parameterised
        async with db.execute("SELECT * FROM t ORDER BY " + column) as c:
            return await c.fetchall()

    async def order_ok(self, db, column):
        columns = {"name": "name", "date": "created_at"}
        # ok: web-sql-parameterised, web-sql-parameterised--fragment
        async with db.execute("SELECT * FROM t ORDER BY " + columns[column]) as c:
            return await c.fetchall()

    def orm(self, session: Session, q):
        # ruleid: web-sql-parameterised
        return session.execute(text("SELECT * FROM t WHERE x LIKE '%{}%'".format(q)))

    def orm_ok(self, session: Session, q):
        # ok: web-sql-parameterised, web-sql-parameterised--fragment
        return session.execute(text("SELECT * FROM t WHERE x LIKE :q"), {"q": f"%{q}%"})

    def dj(self, q):
        with connection.cursor() as cur:
            # ruleid: web-sql-parameterised
            cur.execute("UPDATE t SET a = 1 WHERE b = '" + q + "'")

    def raw(self, Model, q):
        # ruleid: web-sql-parameterised, web-sql-parameterised--fragment
        return Model.objects.raw(f"SELECT * FROM app_model WHERE a = {q}")

    async def pg(self, pool, q):
        # ruleid: web-sql-parameterised
        return await pool.fetchrow(f"SELECT * FROM t WHERE a = {q!r}")

    async def pg_ok(self, pool, q):
        # ok: web-sql-parameterised, web-sql-parameterised--fragment
        return await pool.fetchrow("SELECT * FROM t WHERE a = $1", q)

    def built(self, filters):
        query = "SELECT * FROM t WHERE 1=1"
        for k, v in filters.items():
            query += f" AND {k} = '{v}'"
        # ruleid: web-sql-parameterised
        return self.conn.execute(query)

    def placeholders(self, ids):
        marks = ",".join("?" for _ in ids)
        # ok: web-sql-parameterised, web-sql-parameterised--fragment
        return self.conn.execute(f"SELECT * FROM t WHERE id IN ({marks})", ids)
