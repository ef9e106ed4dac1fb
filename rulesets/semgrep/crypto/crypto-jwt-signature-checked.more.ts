import jwt from "jsonwebtoken";
import { decodeJwt, jwtVerify } from "jose";
import jwtDecode from "jwt-decode";
export function a(req: any) {
  // ruleid: crypto-jwt-signature-checked--typescript
  const claims = jwt.decode(req.headers.authorization) as any;
  return claims.role;
}
export function b(t: string, k: string) {
  // ruleid: crypto-jwt-signature-checked--typescript
  return jwt.verify(t, k, { algorithms: ["none"] });
}
export function c(t: string, k: string) {
  // ok: crypto-jwt-signature-checked--typescript
  return jwt.verify(t, k, { algorithms: ["RS256"] });
}
export async function d(t: string, k: any) {
  // ok: crypto-jwt-signature-checked--typescript
  return await jwtVerify(t, k, { issuer: "bank" });
}
export function e(p: object) {
  // ruleid: crypto-jwt-signature-checked--typescript
  return jwt.sign(p, "", { algorithm: "none" });
}
