export async function find(req, res) {
  // ruleid: web-query-operators-fixed--object
  res.json(await prisma.users.findMany({ where: req.body.where }))
  // ok: web-query-operators-fixed--object
  res.json(await prisma.users.findMany({ where: { name: String(req.body.name) } }))
}
