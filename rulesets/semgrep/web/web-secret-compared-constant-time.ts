import crypto from 'crypto';

export function check(req: any, res: any, next: any) {
  // ruleid: web-secret-compared-constant-time--typescript
  if (req.headers['x-api-key'] !== process.env.API_KEY) {
    return res.status(401).end();
  }
  next();
}

export function verify(body: string, signature: string, secret: string) {
  const expected = crypto.createHmac('sha256', secret).update(body).digest('hex');
  // ruleid: web-secret-compared-constant-time--typescript
  return signature === expected;
}

export function good(body: string, signature: Buffer, secret: string) {
  const made = crypto.createHmac('sha256', secret).update(body).digest();
  // ok: web-secret-compared-constant-time--typescript
  return signature.length === 32 && crypto.timingSafeEqual(signature, made);
}

export function fromHook(req, key) {
  const mac = crypto.createHmac('sha256', key).update(req.rawBody).digest('hex');
  // ruleid: web-secret-compared-constant-time--typescript
  return req.get('x-hub-signature-256') === `sha256=${mac}`;
}

export function longEnough(req, key) {
  const mac = crypto.createHmac('sha256', key).update(req.rawBody).digest();
  // ok: web-secret-compared-constant-time--typescript
  return given(req).length === mac.length && crypto.timingSafeEqual(given(req), mac);
}

import { createHmac as hmacOf } from "node:crypto";

function signatureOf(body: string): string {
  return "v0=" + createHmac("sha256", SECRET).update(body).digest("hex");
}

export function byName(c: any, body: string) {
  // ruleid: web-secret-compared-constant-time--typescript
  if (c.req.header("x-signature") !== signatureOf(body)) return false;
  const wanted = signatureOf(body);
  // ok: web-secret-compared-constant-time--typescript
  return timingSafeEqual(Buffer.from(wanted), Buffer.from(c.req.header("x-signature")));
}
