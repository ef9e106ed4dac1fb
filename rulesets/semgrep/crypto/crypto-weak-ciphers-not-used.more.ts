import crypto, { createCipheriv } from "crypto";
import CryptoJS from "crypto-js";
export function a(k: Buffer, iv: Buffer) {
  // ruleid: crypto-weak-ciphers-not-used--typescript
  return crypto.createCipheriv("des-ede3-cbc", k, iv);
}
export function b(k: Buffer) {
  // ruleid: crypto-weak-ciphers-not-used--typescript
  return createCipheriv("aes-128-ecb", k, null);
}
export function c(t: string, k: string) {
  // ruleid: crypto-weak-ciphers-not-used--typescript
  return CryptoJS.TripleDES.encrypt(t, k);
}
export function d(t: string, k: any) {
  // ruleid: crypto-weak-ciphers-not-used--typescript
  return CryptoJS.AES.encrypt(t, k, { mode: CryptoJS.mode.ECB });
}
export function e(k: Buffer, iv: Buffer) {
  // ok: crypto-weak-ciphers-not-used--typescript
  return createCipheriv("aes-256-gcm", k, iv);
}
export function f(k: Buffer, iv: Buffer) {
  // ok: crypto-weak-ciphers-not-used--typescript
  return createCipheriv("sm4-gcm" as any, k, iv);
}
