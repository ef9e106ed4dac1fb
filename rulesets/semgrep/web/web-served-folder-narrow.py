import os
from pathlib import Path

import gradio as gr
from fastapi.staticfiles import StaticFiles
from flask import Flask, send_from_directory

# ruleid: web-served-folder-narrow
demo.launch(server_name="127.0.0.1", allowed_paths=["/"])

# ruleid: web-served-folder-narrow
demo.launch(allowed_paths=["/srv/charts", os.path.expanduser("~")])

# ok: web-served-folder-narrow
demo.launch(allowed_paths=["/srv/charts"])

# ruleid: web-served-folder-narrow
app.mount("/files", StaticFiles(directory="."))

# ok: web-served-folder-narrow
app.mount("/static", StaticFiles(directory="static"))

# ruleid: web-served-folder-narrow
app.mount("/files", StaticFiles(directory=Path.home()), name="files")


def one(name):
    # ruleid: web-served-folder-narrow
    return send_from_directory("/", name)


def two(name):
    # ok: web-served-folder-narrow
    return send_from_directory("/srv/public", name)


# ok: web-served-folder-narrow
other = Flask(__name__, static_folder="dist")
