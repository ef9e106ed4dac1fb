export function search(req, res) {
  // ruleid: web-request-patterns-bounded--typescript
  const pattern = new RegExp(req.query.q, 'i')
  res.json(rows.filter((row) => pattern.test(row)))
}

export function plain(req, res) {
  // ok: web-request-patterns-bounded--typescript
  const pattern = new RegExp(escapeRegExp(req.query.q), 'i')
  res.json(rows.filter((row) => pattern.test(row)))
}
