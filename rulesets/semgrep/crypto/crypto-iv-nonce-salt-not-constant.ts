import crypto, { createCipheriv, randomBytes, scryptSync } from "crypto";
import CryptoJS from "crypto-js";

const IV = "0123456789abcdef";

export function cbc(key: Buffer) {
  // ruleid: crypto-iv-nonce-salt-not-constant--typescript
  return crypto.createCipheriv("aes-256-cbc", key, IV);
}

export function zero(key: Buffer) {
  // ruleid: crypto-iv-nonce-salt-not-constant--typescript
  return createCipheriv("aes-256-gcm", key, Buffer.alloc(12, 0));
}

export function derive(password: string) {
  // ruleid: crypto-iv-nonce-salt-not-constant--typescript
  return scryptSync(password, "salt", 32);
}

export function hash(password: string) {
  // ruleid: crypto-iv-nonce-salt-not-constant--typescript
  return crypto.pbkdf2Sync(password, "platform", 600000, 32, "sha256");
}

export function js(text: string, key: CryptoJS.lib.WordArray) {
  // ruleid: crypto-iv-nonce-salt-not-constant--typescript
  return CryptoJS.AES.encrypt(text, key, { iv: CryptoJS.enc.Utf8.parse("0000000000000000") });
}

export function good(key: Buffer) {
  const iv = randomBytes(12);
  // ok: crypto-iv-nonce-salt-not-constant--typescript
  return { iv, cipher: crypto.createCipheriv("aes-256-gcm", key, iv) };
}

export function goodDerive(password: string) {
  const salt = crypto.randomBytes(16);
  // ok: crypto-iv-nonce-salt-not-constant--typescript
  return scryptSync(password, salt, 32);
}

export function goodStored(password: string, stored: { salt: string }) {
  // ok: crypto-iv-nonce-salt-not-constant--typescript
  return scryptSync(password, Buffer.from(stored.salt, "hex"), 32);
}

export function goodJs(text: string, key: CryptoJS.lib.WordArray) {
  const iv = CryptoJS.lib.WordArray.random(16);
  // ok: crypto-iv-nonce-salt-not-constant--typescript
  return CryptoJS.AES.encrypt(text, key, { iv });
}

export function goodDecipher(key: Buffer, blob: Buffer) {
  // ok: crypto-iv-nonce-salt-not-constant--typescript
  return crypto.createDecipheriv("aes-256-gcm", key, blob.subarray(0, 12));
}
