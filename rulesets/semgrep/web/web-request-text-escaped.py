import html

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from flask import Flask, request
from markupsafe import Markup

app = FastAPI()
flask_app = Flask(__name__)


@app.get("/hello")
def hello(name: str):
    # ruleid: web-request-text-escaped
    return HTMLResponse(f"<h1>Hello {name}</h1>")


@flask_app.route("/search")
def search():
    asked = request.args.get("q", "")
    # ruleid: web-request-text-escaped
    return f"<p>Results for {asked}</p>"


@flask_app.route("/mark")
def mark():
    # ruleid: web-request-text-escaped
    return render_template("a.html", text=Markup(request.args["text"]))


@app.get("/good")
def good(name: str):
    # ok: web-request-text-escaped
    return HTMLResponse(f"<h1>Hello {html.escape(name)}</h1>")


@app.get("/json")
def plain(name: str):
    # ok: web-request-text-escaped
    return {"name": f"<{name}>"}


@flask_app.route("/good2")
def good_template():
    # ok: web-request-text-escaped
    return render_template("search.html", asked=request.args["q"])
