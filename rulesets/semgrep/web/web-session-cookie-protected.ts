import session from 'express-session'

export function login(res, user) {
  // ruleid: web-session-cookie-protected--typescript
  res.cookie('token', tokenOf(user), { httpOnly: false, secure: true })
  // ruleid: web-session-cookie-protected--typescript
  res.cookie('sessionId', tokenOf(user))
  // ok: web-session-cookie-protected--typescript
  res.cookie('token', tokenOf(user), { httpOnly: true, secure: true, sameSite: 'strict' })
  // ok: web-session-cookie-protected--typescript
  res.cookie('theme', 'dark')
}

// ruleid: web-session-cookie-protected--typescript
app.use(session({ secret: process.env.SECRET, cookie: { httpOnly: false } }))
// ok: web-session-cookie-protected--typescript
app.use(session({ secret: process.env.SECRET, cookie: { secure: true } }))
