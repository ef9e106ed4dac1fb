import { WebSocketServer } from 'ws'

const server = new WebSocketServer({ port: 8787 })

// ruleid: web-state-changing-route-authenticated--websocket-typescript
server.on('connection', (socket) => {
  socket.on('message', (raw) => run(JSON.parse(raw.toString())))
})

// ok: web-state-changing-route-authenticated--websocket-typescript
server.on('connection', (socket) => {
  socket.send('hello')
})
