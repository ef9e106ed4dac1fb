import express, { NextFunction, Request, Response } from 'express'

const app = express()
const OPEN = ['/api/v1/ping']

export function requireLogin(req: Request, res: Response, next: NextFunction) {
  // ruleid: web-log-in-not-passed-by-caller--typescript
  if (req.headers['x-request-from'] === 'internal') {
    return next()
  }
  verifySession(req, res, next)
}

app.use((req, res, next) => {
  // ruleid: web-log-in-not-passed-by-caller--typescript
  if (OPEN.some((each) => req.url.includes(each))) return next()
  if (!sessionOf(req)) return res.status(401).end()
  next()
})

app.use((req, res, next) => {
  // ok: web-log-in-not-passed-by-caller--typescript
  if (OPEN.includes(req.path)) return next()
  if (!sessionOf(req)) return res.status(401).end()
  next()
})

app.use((req, res, next) => {
  // ok: web-log-in-not-passed-by-caller--typescript
  if (req.headers['content-type'] === 'application/json') return next()
  if (!sessionOf(req)) return res.status(401).end()
  next()
})
