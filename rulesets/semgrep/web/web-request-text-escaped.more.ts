export const get = async (req: Request, res: Response) => {
  // ruleid: web-request-text-escaped--typescript
  if (!flow) return res.status(404).send(`Chatflow ${req.params.id} not found`)
  // ok: web-request-text-escaped--typescript
  return res.status(404).json({ message: `Chatflow ${req.params.id} not found` })
}
