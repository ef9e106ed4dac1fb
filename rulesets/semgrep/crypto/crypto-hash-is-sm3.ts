import crypto, { createHmac } from "crypto";
import CryptoJS from "crypto-js";
import { sm3 } from "sm-crypto";

export function digest(data: Buffer) {
  // ruleid: crypto-hash-is-sm3--typescript
  return crypto.createHash("sha256").update(data).digest("hex");
}

export function sign(key: string, data: string) {
  // ruleid: crypto-hash-is-sm3--typescript
  return createHmac("sha512", key).update(data).digest("hex");
}

export async function web(data: ArrayBuffer) {
  // ruleid: crypto-hash-is-sm3--typescript
  return crypto.subtle.digest("SHA-256", data);
}

export function js(text: string) {
  // ruleid: crypto-hash-is-sm3--typescript
  return CryptoJS.SHA256(text).toString();
}

export function jsHmac(text: string, key: string) {
  // ruleid: crypto-hash-is-sm3--typescript
  return CryptoJS.HmacSHA512(text, key).toString();
}

export function good(data: string) {
  // ok: crypto-hash-is-sm3--typescript
  return sm3(data);
}

export function goodNode(data: Buffer) {
  // ok: crypto-hash-is-sm3--typescript
  return crypto.createHash("sm3").update(data).digest("hex");
}

export function goodHmac(key: string, data: string) {
  // ok: crypto-hash-is-sm3--typescript
  return createHmac("sm3", key).update(data).digest("hex");
}

export function goodEqual(a: Buffer, b: Buffer) {
  // ok: crypto-hash-is-sm3--typescript
  return crypto.timingSafeEqual(a, b);
}

export function goodField(image: { sha256: string }) {
  // ok: crypto-hash-is-sm3--typescript
  return image.sha256;
}
