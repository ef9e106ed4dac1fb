import functools
import os
import ssl

import aiohttp
import boto3
import httpx
import jwt
import ldap
import redis
import requests
import urllib3
from elasticsearch import Elasticsearch
from pymongo import MongoClient
from requests import get


def gateway(url):
    # ruleid: crypto-tls-verification-on
    return requests.get(url, timeout=10, verify=False)


def alias(url):
    # ruleid: crypto-tls-verification-on
    return get(url, verify=False, timeout=5)


def session(url):
    http = requests.Session()
    # ruleid: crypto-tls-verification-on
    http.verify = False
    return http.get(url)


async def model(url, body):
    # ruleid: crypto-tls-verification-on
    async with httpx.AsyncClient(verify=False, timeout=30) as client:
        return await client.post(url, json=body)


async def connector():
    # ruleid: crypto-tls-verification-on
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False))


async def one_call(session: aiohttp.ClientSession, url):
    # ruleid: crypto-tls-verification-on
    async with session.get(url, ssl=False) as response:
        return await response.text()


def context():
    ctx = ssl.create_default_context()
    ctx.check_hostname = False
    # ruleid: crypto-tls-verification-on
    ctx.verify_mode = ssl.CERT_NONE
    return ctx


def name_only():
    ctx = ssl.create_default_context()
    # ruleid: crypto-tls-verification-on
    ctx.check_hostname = False
    return ctx


# ruleid: crypto-tls-verification-on
ssl._create_default_https_context = ssl._create_unverified_context


def search(hosts):
    # ruleid: crypto-tls-verification-on
    return Elasticsearch(hosts, verify_certs=False)


def cache(url):
    # ruleid: crypto-tls-verification-on
    return redis.Redis.from_url(url, ssl_cert_reqs=None)


def store(url):
    # ruleid: crypto-tls-verification-on
    return MongoClient(url, tls=True, tlsAllowInvalidCertificates=True)


def bucket():
    # ruleid: crypto-tls-verification-on
    return boto3.client("s3", verify=False)


def pool():
    # ruleid: crypto-tls-verification-on
    return urllib3.PoolManager(cert_reqs="CERT_NONE")


def directory():
    # ruleid: crypto-tls-verification-on
    ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_NEVER)


def keyword(client_class):
    # ruleid: crypto-tls-verification-on
    client_kwargs = {"timeout": 30, "verify": False}
    return client_class(**client_kwargs)


class Settings:
    # ruleid: crypto-tls-verification-on
    elasticsearch_verify_certs: bool = False
    # ok: crypto-tls-verification-on
    idp_insecure_skip_tls_verify: bool = False
    # ok: crypto-tls-verification-on
    opensearch_verify_certs: bool = True


def by_default(url, verify_ssl: bool = False):
    # ruleid: crypto-tls-verification-on
    return httpx.get(url, verify=verify_ssl)


# ruleid: crypto-tls-verification-on
os.environ["CURL_CA_BUNDLE"] = ""


def good(url):
    # ok: crypto-tls-verification-on
    return requests.get(url, timeout=10)


def good_bundle(url):
    # ok: crypto-tls-verification-on
    return requests.get(url, timeout=10, verify="/etc/ssl/private-ca.pem")


async def good_client(cafile):
    # ok: crypto-tls-verification-on
    return httpx.AsyncClient(verify=ssl.create_default_context(cafile=cafile), timeout=30)


def good_parameter(url, verify_ssl: bool = True):
    # ok: crypto-tls-verification-on
    return httpx.get(url, verify=verify_ssl)


def good_server():
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # ok: crypto-tls-verification-on
    ctx.verify_mode = ssl.CERT_NONE
    return ctx


def good_jwt(token, key):
    # ok: crypto-tls-verification-on
    return jwt.decode(token, key, algorithms=["RS256"], verify=False)


def good_loopback():
    # ok: crypto-tls-verification-on
    return requests.get("https://localhost:8443/health", verify=False, timeout=2)


def good_context():
    ctx = ssl.create_default_context()
    # ok: crypto-tls-verification-on
    ctx.verify_mode = ssl.CERT_REQUIRED
    return ctx


def good_search(hosts, ca):
    # ok: crypto-tls-verification-on
    return Elasticsearch(hosts, verify_certs=True, ca_certs=ca)


def good_other(image):
    # ok: crypto-tls-verification-on
    return image.save("x.png", verify=False)
