export function one(req: Request, token: string) {
  // ruleid: web-own-address-fixed--typescript
  return `https://${req.headers.host}/reset-password?token=${token}`;
}

export function two(req: Request, token: string) {
  // ok: web-own-address-fixed--typescript
  return `${process.env.PUBLIC_ADDRESS}/reset-password?token=${token}`;
}

export function three(req: Request, name: string) {
  // ok: web-own-address-fixed--typescript
  return `https://${req.headers.host}/files/${name}`;
}
