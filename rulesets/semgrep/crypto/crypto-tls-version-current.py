import ssl

import httpx
import urllib3
import uvicorn
from OpenSSL import SSL
from ssl import PROTOCOL_TLSv1_1, SSLContext, TLSVersion


def old():
    # ruleid: crypto-tls-version-current
    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)


def older():
    # ruleid: crypto-tls-version-current
    return SSLContext(PROTOCOL_TLSv1_1)


def lowered():
    context = ssl.create_default_context()
    # ruleid: crypto-tls-version-current
    context.minimum_version = ssl.TLSVersion.TLSv1
    return context


def lowered_alias():
    context = ssl.create_default_context()
    # ruleid: crypto-tls-version-current
    context.minimum_version = TLSVersion.TLSv1_1
    return context


def opened():
    context = ssl.create_default_context()
    # ruleid: crypto-tls-version-current
    context.options &= ~ssl.OP_NO_TLSv1
    return context


def serve(app):
    # ruleid: crypto-tls-version-current
    uvicorn.run(app, ssl_version=ssl.PROTOCOL_TLSv1, ssl_certfile="cert.pem")


def pyopenssl():
    # ruleid: crypto-tls-version-current
    return SSL.Context(SSL.TLSv1_METHOD)


def pool():
    # ruleid: crypto-tls-version-current
    return urllib3.PoolManager(ssl_minimum_version=ssl.TLSVersion.TLSv1)


def good():
    context = ssl.create_default_context()
    # ok: crypto-tls-version-current
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def good_13():
    # ok: crypto-tls-version-current
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # ok: crypto-tls-version-current
    context.minimum_version = TLSVersion.TLSv1_3
    return context


def good_12():
    # ok: crypto-tls-version-current
    return ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)


def good_closed():
    context = ssl.create_default_context()
    # ok: crypto-tls-version-current
    context.options |= ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1
    return context


def good_compare(context):
    # ok: crypto-tls-version-current
    return context.minimum_version > ssl.TLSVersion.TLSv1_1


def good_http(version):
    # ok: crypto-tls-version-current
    return httpx.Client(http1=True, headers={"http_version": "1.1"})
