def register(form, db):
    user = User(name=form.name)
    # ruleid: crypto-password-hash-slow--kept
    user.password = form.password
    db.add(user)
    db.commit()


def connect(form, db):
    connection = Connection(host=form.host)
    # ok: crypto-password-hash-slow--kept
    connection.password = form.password
    db.add(connection)
