import crypto from "crypto";
import { createHash } from "node:crypto";
import md5 from "md5";
import CryptoJS from "crypto-js";

export function a(v: string) {
  // ruleid: crypto-md5-not-used--typescript
  return crypto.createHash("md5").update(v).digest("hex");
}
export function b(v: string) {
  // ruleid: crypto-md5-not-used--typescript
  return createHash("MD5").update(v).digest("hex");
}
export function c(v: string) {
  // ruleid: crypto-md5-not-used--typescript
  return CryptoJS.MD5(v).toString();
}
export function d(v: string) {
  // ruleid: crypto-md5-not-used--typescript
  return md5(v);
}
export function e(v: string) {
  // ok: crypto-md5-not-used--typescript
  return createHash("sha256").update(v).digest("hex");
}
export function f(v: string) {
  // ok: crypto-md5-not-used--typescript
  return CryptoJS.SHA256(v).toString();
}
export function g(k: string, v: string) {
  // ruleid: crypto-md5-not-used--typescript
  return crypto.createHmac("md5", k).update(v).digest("hex");
}
