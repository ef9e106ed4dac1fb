import os
import shutil
import uuid
from pathlib import Path

from fastapi import FastAPI, UploadFile
from flask import Flask, request
from werkzeug.utils import secure_filename

app = FastAPI()
flask_app = Flask(__name__)
UPLOADS = Path("/srv/uploads")


@app.post("/upload")
async def upload(file: UploadFile):
    place = UPLOADS / file.filename
    # ruleid: web-upload-name-not-senders
    with open(place, "wb") as out:
        shutil.copyfileobj(file.file, out)


@app.post("/many")
async def many(files: list[UploadFile]):
    for each in files:
        path = os.path.join("/srv/uploads", each.filename)
        # ruleid: web-upload-name-not-senders
        Path(path).write_bytes(await each.read())


@flask_app.post("/old")
def old():
    file = request.files["file"]
    # ruleid: web-upload-name-not-senders
    file.save(os.path.join("/srv/uploads", file.filename))


@app.post("/good")
async def good(file: UploadFile):
    place = UPLOADS / f"{uuid.uuid4().hex}{Path(file.filename).suffix}"
    # ok: web-upload-name-not-senders
    place.write_bytes(await file.read())


@app.post("/good2")
async def good_name(file: UploadFile):
    place = UPLOADS / Path(file.filename).name
    # ok: web-upload-name-not-senders
    place.write_bytes(await file.read())


@flask_app.post("/good3")
def good_secure():
    file = request.files["file"]
    # ok: web-upload-name-not-senders
    file.save(os.path.join("/srv/uploads", secure_filename(file.filename)))


@app.post("/good4")
async def good_confined(file: UploadFile):
    place = (UPLOADS / file.filename).resolve()
    if not place.is_relative_to(UPLOADS):
        raise PermissionError
    # ok: web-upload-name-not-senders
    place.write_bytes(await file.read())
