import crypto from "crypto";
import CryptoJS from "crypto-js";
import { sm4 } from "sm-crypto-v2";

export function gcm(key: Buffer, iv: Buffer) {
  // ruleid: crypto-cipher-is-sm4--typescript
  return crypto.createCipheriv("aes-256-gcm", key, iv);
}

export function cbc(key: Buffer, iv: Buffer) {
  // ruleid: crypto-cipher-is-sm4--typescript
  return crypto.createDecipheriv("aes-128-cbc", key, iv);
}

export function chacha(key: Buffer, iv: Buffer) {
  // ruleid: crypto-cipher-is-sm4--typescript
  return crypto.createCipheriv("chacha20-poly1305", key, iv);
}

export function js(text: string, key: string) {
  // ruleid: crypto-cipher-is-sm4--typescript
  return CryptoJS.AES.encrypt(text, key).toString();
}

export async function web(key: CryptoKey, iv: Uint8Array, data: ArrayBuffer) {
  // ruleid: crypto-cipher-is-sm4--typescript
  return crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, data);
}

export function good(key: Buffer, iv: Buffer) {
  // ok: crypto-cipher-is-sm4--typescript
  return crypto.createCipheriv("sm4-gcm" as any, key, iv);
}

export function goodCbc(key: Buffer, iv: Buffer) {
  // ok: crypto-cipher-is-sm4--typescript
  return crypto.createCipheriv("sm4-cbc", key, iv);
}

export function goodJs(text: string, key: string, iv: string) {
  // ok: crypto-cipher-is-sm4--typescript
  return sm4.encrypt(text, key, { mode: "gcm", iv });
}

export function goodRandom() {
  // ok: crypto-cipher-is-sm4--typescript
  return crypto.randomBytes(16);
}

export function goodParse(text: string) {
  // ok: crypto-cipher-is-sm4--typescript
  return CryptoJS.enc.Utf8.parse(text);
}
