import { Router } from 'express'
import { Chat, User } from './models'

const router = Router()

router.get('/search', async (req, res) => {
  // ruleid: web-query-operators-fixed--typescript
  res.json(await Chat.find({ $where: `this.title.includes('${req.query.q}')` }))
})

router.get('/long', async (req, res) => {
  // ok: web-query-operators-fixed--typescript
  res.json(await Chat.find({ $where: 'this.messages.length > 100' }))
})

router.post('/login', async (req, res) => {
  // ruleid: web-query-operators-fixed--object
  const user = await User.findOne({ username: req.body.username, password: req.body.password })
  res.json({ token: tokenOf(user) })
})

router.post('/reset', async (req, res) => {
  const { token } = req.body
  // ruleid: web-query-operators-fixed--object
  const user = await User.findOne({ resetToken: token })
  res.json({ ok: !!user })
})

router.post('/login/text', async (req, res) => {
  // ok: web-query-operators-fixed--object
  const user = await User.findOne({ username: String(req.body.username), password: String(req.body.password) })
  res.json({ token: tokenOf(user) })
})

router.post('/login/typed', async (req, res) => {
  const { token } = req.body
  if (typeof token !== 'string') return res.status(400).end()
  // ok: web-query-operators-fixed--object
  const user = await User.findOne({ resetToken: token })
  res.json({ ok: !!user })
})
