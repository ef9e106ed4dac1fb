import jwt from "jsonwebtoken";
import { decodeJwt, jwtVerify, UnsecuredJWT } from "jose";
import { jwtDecode } from "jwt-decode";

export function currentUser(token: string) {
  // ruleid: crypto-jwt-signature-checked--typescript
  const claims = jwt.decode(token) as { sub: string };
  return claims.sub;
}

export function none(token: string, key: string) {
  // ruleid: crypto-jwt-signature-checked--typescript
  return jwt.verify(token, key, { algorithms: ["HS256", "none"] });
}

export function unsigned(claims: object) {
  // ruleid: crypto-jwt-signature-checked--typescript
  return jwt.sign(claims, "", { algorithm: "none" });
}

export function joseClaims(token: string) {
  // ruleid: crypto-jwt-signature-checked--typescript
  return decodeJwt(token);
}

export function unsecured(token: string) {
  // ruleid: crypto-jwt-signature-checked--typescript
  return UnsecuredJWT.decode(token);
}

export function good(token: string, key: string) {
  // ok: crypto-jwt-signature-checked--typescript
  return jwt.verify(token, key, { algorithms: ["RS256"], audience: "platform" });
}

export async function goodJose(token: string, key: CryptoKey) {
  // ok: crypto-jwt-signature-checked--typescript
  return jwtVerify(token, key, { algorithms: ["ES256"] });
}

export function goodHeader(token: string, keys: Record<string, string>) {
  // ok: crypto-jwt-signature-checked--typescript
  const head = jwt.decode(token, { complete: true });
  return jwt.verify(token, keys[head!.header.kid!], { algorithms: ["RS256"] });
}

export function goodIssuer(token: string, keys: Record<string, string>) {
  // ok: crypto-jwt-signature-checked--typescript
  const peek = jwt.decode(token) as { iss: string };
  return jwt.verify(token, keys[peek.iss], { algorithms: ["RS256"] });
}

export function goodInBrowser(token: string) {
  // ok: crypto-jwt-signature-checked--typescript
  return jwtDecode(token);
}

export function goodSign(claims: object, key: string) {
  // ok: crypto-jwt-signature-checked--typescript
  return jwt.sign(claims, key, { algorithm: "HS256" });
}
