export async function find(req, res) {
  // ruleid: web-query-operators-fixed--object
  res.json(await prisma.users.findMany({ where: req.body.where }))
  // ok: web-query-operators-fixed--object
  res.json(await prisma.users.findMany({ where: { name: String(req.body.name) } }))
}

export async function accept(app: any, request: any) {
  const invites = app.mongo.collection("invites");
  const { email, token } = request.body as Accepted;
  // ruleid: web-query-operators-fixed--object
  const open = await invites.findOne({ email, token, used: false });
  // ok: web-query-operators-fixed--object
  return open ?? (await invites.findOne({ token: String(token) }));
}
