import psycopg2, pymysql, smtplib
from pydantic_settings import BaseSettings
from pydantic import SecretStr, Field
from dataclasses import dataclass
from sqlalchemy import create_engine
import os, getpass
from neo4j import GraphDatabase


class Settings(BaseSettings):
    # ruleid: secret-password-not-hardcoded
    db_password: str = "Tr4nsfer!2024"
    # ruleid: secret-password-not-hardcoded
    admin_pwd: SecretStr = SecretStr("Winter-2025!")
    # ok: secret-password-not-hardcoded
    redis_password: str
    # ok: secret-password-not-hardcoded
    smtp_password: str = Field(default="", repr=False)


@dataclass
class Config:
    user: str = "svc"
    # ruleid: secret-password-not-hardcoded
    passwd: str = "N0tSoSecret#1"


# ruleid: secret-password-not-hardcoded
conn = psycopg2.connect(host="db", user="app", password="Pa55w0rd!x")
# ok: secret-password-not-hardcoded
conn2 = psycopg2.connect(host="db", user="app", password=os.environ["DB_PASSWORD"])
# ruleid: secret-password-not-hardcoded
engine = create_engine("postgresql://app:S3cureLoan9@db:5432/loans")
# ok: secret-password-not-hardcoded
engine2 = create_engine(os.environ["DATABASE_URL"])
# ruleid: secret-password-not-hardcoded
DATABASE = {"ENGINE": "django.db.backends.postgresql", "USER": "app", "PASSWORD": "qwerty-9031"}
# ruleid: secret-password-not-hardcoded
driver = GraphDatabase.driver("bolt://n", auth=("neo4j", "graph-Secret77"))


def login(user, password):
    # ruleid: secret-password-not-hardcoded
    if user == "admin" and password == "letmein-2024":
        return True
    # ok: secret-password-not-hardcoded
    if password == "":
        return False


def smtp(server):
    # ruleid: secret-password-not-hardcoded
    server.login("alerts@bank.cn", "M4il-Relay-7")
    # ok: secret-password-not-hardcoded
    server.login("alerts@bank.cn", os.environ["SMTP_PASSWORD"])


# ok: secret-password-not-hardcoded
password = getpass.getpass("Password: ")
# ok: secret-password-not-hardcoded
PASSWORD_FIELD = "password"
# ok: secret-password-not-hardcoded
error_password = "Password must have 8 characters"
# ok: secret-password-not-hardcoded
token_type = "bearer"
# ok: secret-password-not-hardcoded
grant_type = "password"


def private_key(pem, passphrase):
    # ruleid: secret-password-not-hardcoded
    key = RSA.importKey(pem, "Welcome1")
    # ok: secret-password-not-hardcoded
    other = RSA.import_key(pem, passphrase)
    return key, other
