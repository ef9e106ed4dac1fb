import crypto, { createCipheriv, createHmac, randomBytes } from "crypto";
import { sm4 } from "sm-crypto";

export function byDefault(text: string, key: string) {
  // ruleid: crypto-sm4-mode-authenticated--typescript
  return sm4.encrypt(text, key);
}

export function padded(text: string, key: string) {
  // ruleid: crypto-sm4-mode-authenticated--typescript
  return sm4.decrypt(text, key, { padding: "pkcs#7" });
}

export function cbc(text: string, key: string, iv: string) {
  // ruleid: crypto-sm4-mode-authenticated--typescript
  return sm4.encrypt(text, key, { mode: "cbc", iv });
}

export function nodeEcb(key: Buffer) {
  // ruleid: crypto-sm4-mode-authenticated--typescript
  return crypto.createCipheriv("sm4-ecb", key, null);
}

export function nodeCbc(key: Buffer, data: Buffer) {
  const iv = randomBytes(16);
  // ruleid: crypto-sm4-mode-authenticated--typescript
  const cipher = createCipheriv("sm4-cbc", key, iv);
  return Buffer.concat([iv, cipher.update(data), cipher.final()]);
}

export function good(text: string, key: string, iv: string) {
  // ok: crypto-sm4-mode-authenticated--typescript
  return sm4.encrypt(text, key, { mode: "gcm", iv });
}

export function goodGcm(key: Buffer) {
  // ok: crypto-sm4-mode-authenticated--typescript
  return createCipheriv("sm4-gcm" as any, key, randomBytes(12));
}

export function goodMac(key: Buffer, macKey: Buffer, data: Buffer) {
  const iv = randomBytes(16);
  // ok: crypto-sm4-mode-authenticated--typescript
  const cipher = createCipheriv("sm4-cbc", key, iv);
  const body = Buffer.concat([iv, cipher.update(data), cipher.final()]);
  return Buffer.concat([body, createHmac("sm3", macKey).update(body).digest()]);
}

export function goodAes(key: Buffer) {
  // ok: crypto-sm4-mode-authenticated--typescript
  return createCipheriv("aes-256-gcm", key, randomBytes(12));
}

export function goodOther(box: { encrypt(a: string, b: string): string }) {
  // ok: crypto-sm4-mode-authenticated--typescript
  return box.encrypt("a", "b");
}
