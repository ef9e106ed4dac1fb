import ldap3
from ldap3.utils.conv import escape_filter_chars


def find(connection, name):
    wanted = escape_filter_chars(name)
    # ok: web-directory-filters-escaped
    connection.search("dc=corp", f"(&(objectClass=person)(uid={wanted}))")
