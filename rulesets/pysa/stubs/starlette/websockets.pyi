from fastapi import WebSocket as WebSocket
