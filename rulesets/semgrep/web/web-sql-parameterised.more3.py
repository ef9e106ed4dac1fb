class Store:
    def a(self, cur, filters):
        conditions, params = [], []
        for key, value in filters.items():
            conditions.append("payload->>%s = %s")
            params.extend([key, value])
        where = "WHERE " + " AND ".join(conditions) if conditions else ""
        # ok: web-sql-parameterised
        cur.execute(f"SELECT id FROM {self.collection_name} {where}", params)

    def b(self, cur, filters):
        conditions = []
        for key, value in filters.items():
            conditions.append(f"payload->>'{key}' = '{value}'")
        where = " AND ".join(conditions)
        # ruleid: web-sql-parameterised
        cur.execute(f"SELECT id FROM vectors WHERE {where}")

    def c(self, cur, ids):
        # ruleid: web-sql-parameterised
        cur.execute(f"DELETE FROM vectors WHERE id IN ({','.join(ids)})")

    def d(self, cur, patch):
        sets = []
        values = []
        for name, value in patch.items():
            sets.append(f"{COLUMNS[name]} = %s")
            values.append(value)
        # ok: web-sql-parameterised
        cur.execute(f"UPDATE vectors SET {', '.join(sets)} WHERE id = %s", values)

    async def e(self, con, user, cursor):
        query = "SELECT * FROM threads WHERE owner = $1"
        params = [user]
        n = 2
        if cursor:
            query += f" AND updated_at < ${n}"
            params.append(cursor)
        # ok: web-sql-parameterised
        return await con.fetch(query, *params)

    async def f(self, con, user, search):
        query = "SELECT * FROM threads WHERE owner = $1"
        if search:
            query += f" AND title LIKE '%{search}%'"
        # ruleid: web-sql-parameterised
        return await con.fetch(query, user)


def through_a_helper(knowledge_id):
    sql = f"SELECT vector_dims(embedding) FROM embedding WHERE knowledge_id = '{knowledge_id}' LIMIT 1"
    # ruleid: web-sql-parameterised
    sql_execute(sql, [])
    # ruleid: web-sql-parameterised
    return run_query(f"SELECT id FROM embedding WHERE knowledge_id = '{knowledge_id}'")


def through_a_helper_with_values(knowledge_id):
    sql = "SELECT vector_dims(embedding) FROM embedding WHERE knowledge_id = %s LIMIT 1"
    # ok: web-sql-parameterised
    return sql_execute(sql, [knowledge_id])
