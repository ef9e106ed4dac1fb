import ldap3

LOGIN_ATTRIBUTE = "uid"


def find(connection, name):
    # ruleid: web-directory-filters-escaped
    connection.search("dc=corp", f"(&(objectClass=person)(uid={name}))")


def find_again(connection, name):
    # ruleid: web-directory-filters-escaped
    connection.search("dc=corp", "(uid=%s)" % name)


def everybody(connection):
    # ok: web-directory-filters-escaped
    connection.search("dc=corp", "(objectClass=person)")
