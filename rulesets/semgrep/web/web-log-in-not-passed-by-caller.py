from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

app = FastAPI()


async def require_login(request: Request):
    # ruleid: web-log-in-not-passed-by-caller
    if request.headers.get("x-internal-call") == "true":
        return {"role": "admin"}
    user = await session_user(request)
    if user is None:
        raise HTTPException(401)
    return user


@app.middleware("http")
async def login_middleware(request: Request, call_next):
    # ruleid: web-log-in-not-passed-by-caller
    if "/public/" in str(request.url):
        return await call_next(request)
    if not await session_user(request):
        return JSONResponse({"error": "login"}, status_code=401)
    return await call_next(request)


@app.middleware("http")
async def login_by_whole_path(request: Request, call_next):
    # ok: web-log-in-not-passed-by-caller
    if request.url.path.startswith("/public/"):
        return await call_next(request)
    if not await session_user(request):
        return JSONResponse({"error": "login"}, status_code=401)
    return await call_next(request)


async def required_user(request: Request):
    # ok: web-log-in-not-passed-by-caller
    if request.headers.get("accept") == "internal":
        return None
    raise HTTPException(401)


async def verify_token(request: Request):
    # ok: web-log-in-not-passed-by-caller
    if request.headers.get("x-internal-call") == "true":
        raise HTTPException(401)
    return await session_user(request)


def render(request):
    # ok: web-log-in-not-passed-by-caller
    if request.headers.get("hx-request") == "true":
        return partial(request)
    return page(request)
