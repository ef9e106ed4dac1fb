import ssl, requests, httpx, aiohttp, urllib3
from requests import Session
from elasticsearch import Elasticsearch
import pymysql, ldap3
from opensearchpy import OpenSearch
import urllib.request


class Gateway:
    def __init__(self, verify_tls=False):
        self.s = Session()
        # ruleid: crypto-tls-verification-on
        self.s.verify = False

    def call(self, url):
        # ruleid: crypto-tls-verification-on
        return requests.post(url, json={}, timeout=3, verify=False)

    async def acall(self, url):
        # ruleid: crypto-tls-verification-on
        async with httpx.AsyncClient(verify=False, timeout=3) as c:
            return await c.get(url)

    async def bcall(self, url):
        async with aiohttp.ClientSession() as s:
            # ruleid: crypto-tls-verification-on
            async with s.get(url, ssl=False) as r:
                return await r.text()

    async def ccall(self):
        # ruleid: crypto-tls-verification-on
        return aiohttp.TCPConnector(verify_ssl=False)


def ctx():
    c = ssl.create_default_context()
    c.check_hostname = False
    # ruleid: crypto-tls-verification-on
    c.verify_mode = ssl.CERT_NONE
    return c


def ctx2():
    # ruleid: crypto-tls-verification-on
    return ssl._create_unverified_context()


def es():
    # ruleid: crypto-tls-verification-on
    return Elasticsearch("https://es:9200", verify_certs=False)


def es_ok():
    # ok: crypto-tls-verification-on
    return Elasticsearch("https://es:9200", verify_certs=True, ca_certs="/etc/ca.pem")


def ok(url):
    # ok: crypto-tls-verification-on
    return requests.get(url, timeout=3, verify="/etc/ssl/bank-ca.pem")


def ok2():
    # ok: crypto-tls-verification-on
    return ssl.create_default_context(cafile="/etc/ca.pem")


def ok3(url):
    # ok: crypto-tls-verification-on
    return httpx.Client(verify=True)


def env(url):
    # ruleid: crypto-tls-verification-on
    opts = {"verify": False}
    return requests.get(url, timeout=3, **opts)
