import socketio

sio = socketio.AsyncServer(async_mode="asgi")


# ruleid: web-state-changing-route-authenticated--socketio
@sio.on("delete_session")
async def delete_session(sid, data):
    await sessions.delete(data["id"])


# ok: web-state-changing-route-authenticated--socketio
@sio.on("typing")
async def typing(sid, data):
    await sio.emit("typing", data)
