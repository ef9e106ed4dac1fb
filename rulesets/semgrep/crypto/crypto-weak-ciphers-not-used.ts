import crypto, { createCipheriv } from "crypto";
import CryptoJS from "crypto-js";

export function des(key: Buffer, iv: Buffer) {
  // ruleid: crypto-weak-ciphers-not-used--typescript
  return crypto.createCipheriv("des-ede3-cbc", key, iv);
}

export function ecb(key: Buffer) {
  // ruleid: crypto-weak-ciphers-not-used--typescript
  return createCipheriv("aes-256-ecb", key, null);
}

export function rc4(key: Buffer) {
  // ruleid: crypto-weak-ciphers-not-used--typescript
  return crypto.createDecipheriv("rc4", key, "");
}

export function tripleDes(text: string, key: string) {
  // ruleid: crypto-weak-ciphers-not-used--typescript
  return CryptoJS.TripleDES.encrypt(text, key).toString();
}

export function jsEcb(text: string, key: CryptoJS.lib.WordArray) {
  // ruleid: crypto-weak-ciphers-not-used--typescript
  return CryptoJS.AES.encrypt(text, key, { mode: CryptoJS.mode.ECB, padding: CryptoJS.pad.Pkcs7 });
}

export function good(key: Buffer, iv: Buffer) {
  // ok: crypto-weak-ciphers-not-used--typescript
  return crypto.createCipheriv("aes-256-gcm", key, iv);
}

export function goodChaCha(key: Buffer, iv: Buffer) {
  // ok: crypto-weak-ciphers-not-used--typescript
  return crypto.createCipheriv("chacha20-poly1305", key, iv, { authTagLength: 16 });
}

export function goodSm4(key: Buffer, iv: Buffer) {
  // ok: crypto-weak-ciphers-not-used--typescript
  return createCipheriv("sm4-gcm" as any, key, iv);
}

export function goodJs(text: string, key: CryptoJS.lib.WordArray, iv: CryptoJS.lib.WordArray) {
  // ok: crypto-weak-ciphers-not-used--typescript
  return CryptoJS.AES.encrypt(text, key, { iv, mode: CryptoJS.mode.CBC });
}

export function goodDescription(t: (s: string) => string) {
  // ok: crypto-weak-ciphers-not-used--typescript
  return t("description");
}
