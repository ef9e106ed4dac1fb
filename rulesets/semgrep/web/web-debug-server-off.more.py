import uvicorn
from flask import Flask
from fastapi import FastAPI
from starlette.applications import Starlette
import tornado.web
from pydantic_settings import BaseSettings

app = Flask(__name__)
# ruleid: web-debug-server-off
api = FastAPI(title="x", debug=True)
# ok: web-debug-server-off, web-debug-server-off--django
api2 = FastAPI(title="x", debug=False)
# ruleid: web-debug-server-off
star = Starlette(debug=True, routes=[])
# ruleid: web-debug-server-off
app.config["DEBUG"] = True
# ruleid: web-debug-server-off
app.debug = True
# ruleid: web-debug-server-off--django
DEBUG = True
# ruleid: web-debug-server-off
t = tornado.web.Application([], debug=True)

if __name__ == "__main__":
    # ruleid: web-debug-server-off
    app.run("0.0.0.0", 5000, debug=True)
    # ok: web-debug-server-off, web-debug-server-off--django
    app.run(host="127.0.0.1", port=5000)
    # ruleid: web-debug-server-off
    uvicorn.run("main:app", host="0.0.0.0", reload=True)
    # ok: web-debug-server-off, web-debug-server-off--django
    uvicorn.run(api, host="0.0.0.0", port=80, workers=4)
    # ok: web-debug-server-off, web-debug-server-off--django
    uvicorn.run("main:app", reload=False)
