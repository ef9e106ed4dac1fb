import re

from flask import Flask, request

app = Flask(__name__)


@app.get("/rows")
def rows():
    # ruleid: web-request-patterns-bounded
    pattern = re.compile(request.args["pattern"])
    return [row for row in all_rows() if pattern.search(row)]


@app.get("/words")
def words():
    # ok: web-request-patterns-bounded
    pattern = re.compile(re.escape(request.args["word"]))
    return [row for row in all_rows() if pattern.search(row)]
