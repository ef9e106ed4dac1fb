import os
import getpass
import hmac

import paramiko
import psycopg2
import pymysql
import redis
from neo4j import GraphDatabase
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine

# ruleid: secret-password-not-hardcoded
DB_PASSWORD = "Winter-2031-Rain"
# ruleid: secret-password-not-hardcoded
ADMIN_PASSWORD: str = "Adm1n!2031"
# ruleid: secret-password-not-hardcoded
conn = psycopg2.connect(host="db", user="agent", password="n0t-A-Real-One")
# ruleid: secret-password-not-hardcoded
conn2 = pymysql.connect(host="db", user="root", passwd="root", database="kb")
# ruleid: secret-password-not-hardcoded
cache = redis.Redis(host="redis", port=6379, password="difyai123456")
# ruleid: secret-password-not-hardcoded
engine = create_engine("postgresql+psycopg://agent:s3cr3tpw@db:5432/agent")
# ruleid: secret-password-not-hardcoded
BROKER = "amqp://celery:Qw3rty99@rabbit:5672//"
# ruleid: secret-password-not-hardcoded
MONGO = {"host": "mongo", "username": "root", "password": "Mongo#2031"}


class Settings(BaseSettings):
    db_user: str = "agent"
    # ruleid: secret-password-not-hardcoded
    db_password: str = "Spring@2031"
    # ruleid: secret-password-not-hardcoded
    smtp_password: str = Field("mail-Pa55", description="mail")
    # ruleid: secret-password-not-hardcoded
    redis_password: str = Field(default="infini_rag_flow")


# ruleid: secret-password-not-hardcoded
def login(user, password="Admin@123"):
    return user, password


class Store:
    def __init__(self):
        # ruleid: secret-password-not-hardcoded
        self.password = "milvus-Pw-2031"


def check(request):
    # ruleid: secret-password-not-hardcoded
    if request.password == "let-me-in-77":
        return True


cfg = {}
# ruleid: secret-password-not-hardcoded
cfg["mysql_password"] = "Tr0ub4dor3"
ssh = paramiko.SSHClient()
# ruleid: secret-password-not-hardcoded
ssh.connect("10.0.0.9", username="ops", password="0ps-Box-9")

# ok: secret-password-not-hardcoded
PASSWORD = os.environ["DB_PASSWORD"]
# ok: secret-password-not-hardcoded
password = getpass.getpass("Password: ")
# ok: secret-password-not-hardcoded
password = ""
# ok: secret-password-not-hardcoded
PASSWORD_FIELD = "password"
# ok: secret-password-not-hardcoded
GRANT_TYPE_PASSWORD = "password"
# ok: secret-password-not-hardcoded
RESET_PASSWORD_URL = "/api/reset-password"
# ok: secret-password-not-hardcoded
password_prompt = "Enter your password"
# ok: secret-password-not-hardcoded
ENV_PASSWORD = "AGENT_DB_PASSWORD"
# ok: secret-password-not-hardcoded
password = "<your-password>"
# ok: secret-password-not-hardcoded
password = "your-password"
# ok: secret-password-not-hardcoded
password = "********"
# ok: secret-password-not-hardcoded
conn3 = psycopg2.connect(host="db", user="agent", password=os.environ["DB_PASSWORD"])
# ok: secret-password-not-hardcoded
URL = "postgresql://{user}:{password}@{host}/{db}"
# ok: secret-password-not-hardcoded
URL2 = "postgresql://user:password@localhost/db"
# ok: secret-password-not-hardcoded
URL3 = f"postgresql://{user}:{password}@db/agent"
# ok: secret-password-not-hardcoded
schema = {"password": "string", "username": "string"}
# ok: secret-password-not-hardcoded
messages = {"password": "Password must have at least 12 characters"}
# ok: secret-password-not-hardcoded
invalid_password = "PasswordInvalid"
# ok: secret-password-not-hardcoded
error_messages = {"invalid_password": "user.password.invalid"}
# ok: secret-password-not-hardcoded
hashed_password_column = "hashed_password"
# ok: secret-password-not-hardcoded
driver = GraphDatabase.driver("bolt://neo4j:7687", auth=("neo4j", os.environ["NEO4J_PASSWORD"]))
# ok: secret-password-not-hardcoded
bypass = "allow-everything"
# ok: secret-password-not-hardcoded
compass = "northwest-77"


class Login(BaseModel):
    # ok: secret-password-not-hardcoded
    password: str = Field(..., min_length=12, description="password of the user")
    # ok: secret-password-not-hardcoded
    password2: str = Field(default="", title="again")
