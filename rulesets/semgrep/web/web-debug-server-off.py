import os

import uvicorn
from fastapi import FastAPI
from flask import Flask

# ruleid: web-debug-server-off
api = FastAPI(debug=True)
app = Flask(__name__)
# ruleid: web-debug-server-off
app.debug = True
# ruleid: web-debug-server-off
app.config["DEBUG"] = True
# ruleid: web-debug-server-off--django
DEBUG = True
# ruleid: web-debug-server-off
os.environ["FLASK_DEBUG"] = "1"
if __name__ == "__main__":
    # ruleid: web-debug-server-off
    app.run(host="0.0.0.0", port=5000, debug=True)
    # ruleid: web-debug-server-off
    uvicorn.run("main:api", host="0.0.0.0", reload=True)
    # ruleid: web-debug-server-off
    app.run(use_reloader=True)

# ok: web-debug-server-off--django
DEBUG = os.getenv("APP_DEBUG") == "1"
# ok: web-debug-server-off
api2 = FastAPI(debug=False)
# ok: web-debug-server-off
api3 = FastAPI(debug=settings.debug)
# ok: web-debug-server-off
app.run(host="127.0.0.1", debug=False)
# ok: web-debug-server-off
app.run(debug=os.getenv("APP_DEBUG") == "1")
# ok: web-debug-server-off
uvicorn.run("main:api", workers=4)
# ok: web-debug-server-off
uvicorn.run("main:api", reload=args.reload)
# ok: web-debug-server-off
asyncio.run(main(), debug=True)
# ok: web-debug-server-off
logger.debug = True
# ok: web-debug-server-off
agent.run(prompt, debug=True)
