import pandas as pd
import psycopg
from django.db.models.expressions import RawSQL
from psycopg import sql
from sqlalchemy import text

TABLE = "document"


def bad(cursor, name, user_id, order, session, engine):
    # ruleid: web-sql-parameterised
    cursor.execute(f"SELECT * FROM users WHERE name = '{name}'")
    # ruleid: web-sql-parameterised
    cursor.execute("SELECT * FROM users WHERE name = '" + name + "'")
    # ruleid: web-sql-parameterised
    cursor.execute("DELETE FROM users WHERE id = %s" % user_id)
    # ruleid: web-sql-parameterised
    cursor.execute("UPDATE users SET name = '{}' WHERE id = 1".format(name))
    query = f"SELECT id FROM chunk WHERE title LIKE '%{name}%'"
    # ruleid: web-sql-parameterised
    cursor.execute(query)
    # ruleid: web-sql-parameterised, web-sql-parameterised--fragment
    session.execute(text(f"SELECT * FROM kb WHERE owner = '{user_id}'"))
    # ruleid: web-sql-parameterised
    pd.read_sql(f"SELECT * FROM kb ORDER BY {order}", engine)
    stmt = "SELECT * FROM kb WHERE 1 = 1"
    if name:
        stmt += f" AND name = '{name}'"
    # ruleid: web-sql-parameterised
    cursor.execute(stmt)
    # ruleid: web-sql-parameterised--fragment
    session.query(Kb).filter(text(f"name = '{name}'"))
    sql_text = """
        SELECT *
        FROM document
        WHERE kb_id = '%s'
    """ % user_id
    # ruleid: web-sql-parameterised
    cursor.execute(sql_text)


async def bad_async(conn, name):
    # ruleid: web-sql-parameterised
    rows = await conn.fetch(f"SELECT * FROM users WHERE name = '{name}'")
    # ruleid: web-sql-parameterised
    await conn.execute(f"INSERT INTO log VALUES ('{name}')")
    # ruleid: web-sql-parameterised, web-sql-parameterised--fragment
    User.objects.raw(f"SELECT * FROM auth_user WHERE username = '{name}'")
    return rows


def good(cursor, name, user_id, session, ids, limit, client):
    # ok: web-sql-parameterised
    cursor.execute("SELECT * FROM users WHERE name = %s", (name,))
    # ok: web-sql-parameterised, web-sql-parameterised--fragment
    session.execute(text("SELECT * FROM kb WHERE owner = :o"), {"o": user_id})
    # ok: web-sql-parameterised
    cursor.execute(f"SELECT * FROM {TABLE} WHERE id = %s", (user_id,))
    # ok: web-sql-parameterised
    cursor.execute(sql.SQL("SELECT * FROM {} WHERE id = %s").format(sql.Identifier(name)), (user_id,))
    placeholders = ",".join(["%s"] * len(ids))
    # ok: web-sql-parameterised
    cursor.execute(f"SELECT * FROM users WHERE id IN ({placeholders})", ids)
    # ok: web-sql-parameterised
    cursor.execute(f"SELECT * FROM users LIMIT {int(limit)}")
    # ok: web-sql-parameterised
    cursor.execute("SELECT id " + "FROM users")
    # ok: web-sql-parameterised
    print(f"SELECT * FROM {name}")
    # ok: web-sql-parameterised
    client.fetch(f"https://api/{name}")
    # ok: web-sql-parameterised
    tool.execute(f"update the plan of {name}")
    # ok: web-sql-parameterised
    logger.info(f"select {name} from the list")


def conditions(filters):
    wheres, values = [], []
    for key, value in filters.items():
        # ruleid: web-sql-parameterised--key
        wheres.append(f"json_extract(CAST(metadata AS TEXT), '$.{key}') = ?")
        values.append(value)
    return wheres, values


def condition_of(each, number):
    # ruleid: web-sql-parameterised--key
    return f"metadata_->>'{each.key}' = ANY(cast(:value_{number} as text[]))"


def good_conditions(filters):
    wheres, values = [], []
    for key, value in filters.items():
        # ok: web-sql-parameterised--key
        wheres.append("json_extract(CAST(metadata AS TEXT), ?) = ?")
        values.extend([key, value])
    # ok: web-sql-parameterised--key
    print(f"the key '{filters}' was asked for")
    return wheres, values
