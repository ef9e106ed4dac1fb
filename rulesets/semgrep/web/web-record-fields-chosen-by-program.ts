import { Router } from 'express'
import { pick } from 'lodash'
import { prisma } from './db'
import { Chat } from './models'

export const router = Router()

router.put('/users/me', async (req, res) => {
  // ruleid: web-record-fields-chosen-by-program--typescript
  const user = await prisma.user.update({ where: { id: req.user.id }, data: req.body })
  res.json({ id: user.id })
})

router.put('/users/spread', async (req, res) => {
  // ruleid: web-record-fields-chosen-by-program--typescript
  const user = await prisma.user.update({ where: { id: req.user.id }, data: { ...req.body } })
  res.json({ id: user.id })
})

router.put('/flows/:id', async (req, res) => {
  const found = await repository.findOneBy({ id: req.params.id })
  // ruleid: web-record-fields-chosen-by-program--typescript
  Object.assign(found, req.body)
  res.json(await repository.save(found))
})

router.put('/chats/:id', async (req, res) => {
  // ruleid: web-record-fields-chosen-by-program--typescript
  res.json(await Chat.findByIdAndUpdate(req.params.id, req.body))
})

router.post('/chats', async (req, res) => {
  // ruleid: web-record-fields-chosen-by-program--typescript
  const chat = new Chat(req.body)
  await chat.save()
  res.json(chat)
})

router.post('/users', async (req, res) => {
  // ruleid: web-record-fields-chosen-by-program--typescript
  await users.insertOne(req.body)
  res.end()
})

router.post('/users/two', async (req, res) => {
  // ok: web-record-fields-chosen-by-program--typescript
  await users.insertOne({ name: req.body.name })
  res.end()
})

router.put('/users/named', async (req, res) => {
  const { displayName, language } = req.body
  // ok: web-record-fields-chosen-by-program--typescript
  const user = await prisma.user.update({ where: { id: req.user.id }, data: { displayName, language } })
  res.json({ id: user.id })
})

router.put('/users/picked', async (req, res) => {
  // ok: web-record-fields-chosen-by-program--typescript
  const user = await prisma.user.update({ where: { id: req.user.id }, data: pick(req.body, ['language']) })
  res.json({ id: user.id })
})

router.post('/ask', async (req, res) => {
  // ok: web-record-fields-chosen-by-program--typescript
  const options = Object.assign({}, defaults, req.body)
  res.json(await ask(options))
})

export async function setRetention(req: Request, res: Response) {
  const { name, retention } = req.body;
  const project = await prisma.project.update({
    where: { id: req.params.id },
    // ok: web-record-fields-chosen-by-program--typescript
    data: { name, ...(retention !== undefined ? { retentionDays: retention } : {}) },
  });
  res.json(project);
}

export async function setAnything(req: Request, res: Response) {
  const project = await prisma.project.update({
    where: { id: req.params.id },
    // ruleid: web-record-fields-chosen-by-program--typescript
    data: { ...(req.params.id ? { ...req.body } : {}), changedAt: new Date() },
  });
  res.json(project);
}
