import glob
import os
import zipfile
from pathlib import Path

import aiofiles
from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import FileResponse
from flask import Flask, request, send_file, send_from_directory

app = FastAPI()
router = APIRouter()
flask_app = Flask(__name__)
ROOT = Path("/srv/files").resolve()
BASE = "/srv/files"
ALLOWED = {"a.txt", "b.txt"}


@app.get("/file={path:path}")
async def any_file(path: str):
    full = os.path.abspath(path)
    # ruleid: web-request-paths-confined
    return FileResponse(full)


@router.get("/logs/{name}")
def log_of(name: str):
    # ruleid: web-request-paths-confined
    with open(f"{BASE}/logs/{name}.log") as file:
        return file.read()


@flask_app.get("/download")
def download():
    name = request.args["name"]
    # ruleid: web-request-paths-confined
    with open(os.path.join(BASE, name), "rb") as file:
        return file.read()


@flask_app.route("/raw", methods=["POST"])
def raw():
    wanted = request.get_json().get("path", "")
    target = ROOT / wanted
    # ruleid: web-request-paths-confined
    return target.read_text()


@flask_app.get("/send")
def send():
    # ruleid: web-request-paths-confined
    return send_file(os.path.join(BASE, request.args.get("file")))


@router.delete("/item")
async def remove(filename: str):
    # a look at the text is no check of the path
    if not filename.startswith("report"):
        raise HTTPException(400)
    # ruleid: web-request-paths-confined
    os.remove(os.path.join(BASE, filename))


@app.get("/stream")
async def stream(path: str):
    # ruleid: web-request-paths-confined
    async with aiofiles.open(path) as file:
        return await file.read()


@app.get("/good/{path:path}")
async def good_relative(path: str):
    full = (ROOT / path).resolve()
    if not full.is_relative_to(ROOT) or not full.is_file():
        raise HTTPException(404)
    # ok: web-request-paths-confined
    return FileResponse(full)


@app.get("/good2")
async def good_prefix(path: str):
    full = os.path.realpath(os.path.join(BASE, path))
    if not full.startswith(BASE + os.sep):
        raise HTTPException(404)
    # ok: web-request-paths-confined
    with open(full) as file:
        return file.read()


@app.get("/good3")
async def good_listed(name: str):
    if name not in ALLOWED:
        raise HTTPException(404)
    # ok: web-request-paths-confined
    return FileResponse(os.path.join(BASE, name))


@app.get("/good4")
async def good_base_name(name: str):
    # ok: web-request-paths-confined
    return FileResponse(os.path.join(BASE, os.path.basename(name)))


@app.get("/good5/{number}")
async def good_number(number: int):
    # ok: web-request-paths-confined
    return FileResponse(f"{BASE}/{number}.png")


@flask_app.get("/good6")
def good_send():
    # ok: web-request-paths-confined
    return send_from_directory(BASE, request.args["name"])


@app.get("/good7")
async def good_common(path: str):
    full = os.path.realpath(os.path.join(BASE, path))
    if os.path.commonpath([BASE, full]) != BASE:
        raise HTTPException(404)
    # ok: web-request-paths-confined
    return FileResponse(full)


@app.get("/made")
async def bad_made(place: Path = Depends(chosen)):
    # ruleid: web-request-paths-confined
    return FileResponse(place)


@app.get("/made2")
async def bad_made_annotated(place: Annotated[Path, Depends(chosen)]):
    # ruleid: web-request-paths-confined
    return place.read_text()


@app.get("/made3")
async def good_made(store: Store = Depends(get_store)):
    # ok: web-request-paths-confined
    return open(store)


def plain_helper(path: str):
    # ok: web-request-paths-confined
    return open(path)


def shown(place):
    # ruleid: web-request-paths-confined
    return open(place).read()


def counted(text):
    # ok: web-request-paths-confined
    return len(text), open("/srv/page.html").read()


import gradio as gr

gr.Interface(fn=shown, inputs="text", outputs="text")
with gr.Blocks() as page:
    gr.Button("count").click(counted, inputs=box, outputs=box)


@app.post("/index")
def indexed(folder: str):
    # ruleid: web-request-paths-confined
    return SimpleDirectoryReader(input_dir=folder, recursive=True).load_data()


@app.post("/index-file")
def indexed_file():
    wanted = request.get_json()
    # ruleid: web-request-paths-confined
    return TextLoader(wanted["place"]).load()


@app.post("/index-own")
def good_indexed(user=Depends(current_user)):
    # ok: web-request-paths-confined
    return SimpleDirectoryReader(input_dir=folder_of(user), recursive=True).load_data()


@router.get("/opened")
def opened(name: str):
    place = Path(BASE) / name
    # ruleid: web-request-paths-confined
    with place.open() as file:
        return file.read()


@router.get("/opened-at-once")
def opened_at_once(name: str):
    # ruleid: web-request-paths-confined
    return (ROOT / name).resolve().open().read()


@router.get("/found")
def found(name: str):
    # ruleid: web-request-paths-confined
    return glob.glob(os.path.join(BASE, name))


@router.get("/member")
def member(name: str):
    # a member of a fixed archive
    archive = zipfile.ZipFile("/srv/files/all.zip")
    # ok: web-request-paths-confined
    return archive.open(name).read()
