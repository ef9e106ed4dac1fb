import os

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask import Flask
from flask_cors import CORS
from starlette.middleware import Middleware

app = FastAPI()
# ruleid: web-cors-origins-listed
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"])
# ruleid: web-cors-origins-listed
app.add_middleware(CORSMiddleware, allow_origin_regex=".*", allow_credentials=True)
# ruleid: web-cors-origins-listed
app.add_middleware(CORSMiddleware, allow_credentials=True, allow_methods=["*"], allow_origins=["*"])
# ruleid: web-cors-origins-listed
stack = [Middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)]
# ruleid: web-cors-origins-listed
app.add_middleware(CORSMiddleware, allow_origins=os.getenv("ORIGINS", "*").split(","), allow_credentials=True)

flask_app = Flask(__name__)
# ruleid: web-cors-origins-listed
CORS(flask_app, supports_credentials=True)
# ruleid: web-cors-origins-listed
CORS(flask_app, origins="*", supports_credentials=True)
# ruleid: web-cors-origins-listed
CORS(flask_app, resources={r"/api/*": {"origins": "*"}}, supports_credentials=True)


def listed(origins):
    # ok: web-cors-origins-listed
    app.add_middleware(CORSMiddleware, allow_origins=["https://studio.bank.example"], allow_credentials=True)
    # ok: web-cors-origins-listed
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=False)
    # ok: web-cors-origins-listed
    app.add_middleware(CORSMiddleware, allow_origins=["*"])
    # ok: web-cors-origins-listed
    app.add_middleware(CORSMiddleware, allow_origins=origins, allow_credentials=True)
    # ok: web-cors-origins-listed
    CORS(flask_app, origins=["https://a.example"], supports_credentials=True)
    # ok: web-cors-origins-listed
    CORS(flask_app)
