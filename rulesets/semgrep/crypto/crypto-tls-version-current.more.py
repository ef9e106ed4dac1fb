import ssl
from ssl import SSLContext, PROTOCOL_TLSv1, TLSVersion
from urllib3.util.ssl_ import create_urllib3_context
from OpenSSL import SSL


def a():
    # ruleid: crypto-tls-version-current
    return SSLContext(PROTOCOL_TLSv1)


def b():
    c = ssl.create_default_context()
    # ruleid: crypto-tls-version-current
    c.minimum_version = TLSVersion.TLSv1
    return c


def c(sock):
    # ruleid: crypto-tls-version-current
    return ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLSv1_1)


def d():
    # ruleid: crypto-tls-version-current
    return SSL.Context(SSL.TLSv1_METHOD)


def e():
    # ruleid: crypto-tls-version-current
    return create_urllib3_context(ssl_version=ssl.PROTOCOL_TLSv1)


def f():
    c = ssl.create_default_context()
    # ok: crypto-tls-version-current
    c.minimum_version = ssl.TLSVersion.TLSv1_2
    return c


def g():
    # ok: crypto-tls-version-current
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def h():
    # ok: crypto-tls-version-current
    return SSL.Context(SSL.TLS_METHOD)


def i():
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # ok: crypto-tls-version-current
    c.options |= ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1
    return c


def j(c):
    # ruleid: crypto-tls-version-current
    c.options &= ~ssl.OP_NO_TLSv1_1
    return c
