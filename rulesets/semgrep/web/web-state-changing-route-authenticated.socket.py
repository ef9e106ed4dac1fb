from fastapi import APIRouter, Depends, WebSocket

rooms = APIRouter()


# ruleid: web-state-changing-route-authenticated--websocket
@rooms.websocket("/terminal")
async def terminal(ws: WebSocket):
    await ws.accept()
    while True:
        await run(await ws.receive_text())


# ok: web-state-changing-route-authenticated--websocket
@rooms.websocket("/chat")
async def chat(ws: WebSocket, user=Depends(get_current_user)):
    await ws.accept()
    while True:
        await say(user, await ws.receive_text())


# ok: web-state-changing-route-authenticated--websocket
@rooms.websocket("/news")
async def news(ws: WebSocket):
    await ws.accept()
    await ws.send_text("nothing new")


# ruleid: web-state-changing-route-authenticated
@rooms.delete("/rooms/{room}")
async def remove(room: int):
    await db.delete(room)


# ok: web-state-changing-route-authenticated
@mocked_client.post("/rooms")
async def add(room: int):
    await db.add(room)
