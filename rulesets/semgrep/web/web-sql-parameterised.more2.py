from sqlalchemy import text
SORTS = {"name": "name", "date": "created_at"}
FIELDS = ("a", "b")


class Repo:
    def a(self, db, column):
        if column not in ("name", "date"):
            raise ValueError(column)
        # ok: web-sql-parameterised
        return db.execute(f"SELECT * FROM t ORDER BY {column}")

    def b(self, db, key):
        column = SORTS.get(key, "name")
        # ok: web-sql-parameterised
        return db.execute("SELECT * FROM t ORDER BY %s" % column)

    def c(self, db, newest):
        direction = "DESC" if newest else "ASC"
        # ok: web-sql-parameterised
        return db.execute("SELECT * FROM t ORDER BY id {}".format(direction))

    def d(self, db, ids):
        marks = ", ".join(["%s"] * len(ids))
        # ok: web-sql-parameterised
        return db.execute(f"DELETE FROM t WHERE id IN ({marks})", ids)

    def e(self, db, raw):
        limit = int(raw)
        # ok: web-sql-parameterised
        return db.execute(f"SELECT * FROM t LIMIT {limit}")

    def f(self, session, name, limit: int = 5):
        # ok: web-sql-parameterised
        return session.execute(text(f"SELECT * FROM t WHERE name = :n LIMIT {limit}"), {"n": name})

    def g(self, db, name, sort):
        order = SORTS[sort]
        # ruleid: web-sql-parameterised
        return db.execute(f"SELECT * FROM t WHERE name = '{name}' ORDER BY {order}")

    def h(self, db, name):
        where = ""
        if name:
            where = "WHERE name = ?"
        # ok: web-sql-parameterised
        return db.execute(f"SELECT * FROM t {where}", [name])

    def i(self, db, name):
        where = ""
        if name:
            where = f"WHERE name = '{name}'"
        # ruleid: web-sql-parameterised
        return db.execute("SELECT * FROM t " + where)

    def j(self, db, name, table):
        query = "SELECT * FROM loans WHERE owner = '%s'"
        # ruleid: web-sql-parameterised
        return db.execute(query % name)

    def k(self, db, rows):
        for column in ("a", "b"):
            # ok: web-sql-parameterised
            db.execute(f"UPDATE t SET {column} = 1")

    def m(self, db, term):
        sql = "SELECT * FROM t WHERE title LIKE '%" + term + "%'"
        # ruleid: web-sql-parameterised
        return db.execute(sql)

    def n(self, db, kind):
        tables = {"loan": "loans", "card": "cards"}
        name = tables[kind]
        # ok: web-sql-parameterised
        return db.execute(f"SELECT count(*) FROM {name}")
