import crypto, { createHash } from "crypto";
import bcrypt from "bcrypt";
import argon2 from "argon2";
import CryptoJS from "crypto-js";
import md5 from "md5";

export function hash(password: string) {
  // ruleid: crypto-password-hash-slow--typescript
  return crypto.createHash("sha256").update(password).digest("hex");
}

export function salted(password: string, salt: string) {
  const text = `${salt}${password}`;
  // ruleid: crypto-password-hash-slow--typescript
  return createHash("sha512").update(text).digest("hex");
}

export function js(form: { password: string }) {
  // ruleid: crypto-password-hash-slow--typescript
  return CryptoJS.SHA256(form.password).toString();
}

export function short(userPassword: string) {
  // ruleid: crypto-password-hash-slow--typescript
  return md5(userPassword);
}

export function keyed(key: string, password: string) {
  // ruleid: crypto-password-hash-slow--typescript
  return crypto.createHmac("sha256", key).update(password).digest("hex");
}

export async function good(password: string) {
  // ok: crypto-password-hash-slow--typescript
  return bcrypt.hash(password, 12);
}

export async function goodArgon(password: string) {
  // ok: crypto-password-hash-slow--typescript
  return argon2.hash(password);
}

export function goodScrypt(password: string, salt: Buffer) {
  // ok: crypto-password-hash-slow--typescript
  return crypto.scryptSync(password, salt, 32);
}

export function goodPbkdf2(password: string, salt: Buffer) {
  // ok: crypto-password-hash-slow--typescript
  return crypto.pbkdf2Sync(password, salt, 600000, 32, "sha256");
}

export function goodToken(token: string) {
  // ok: crypto-password-hash-slow--typescript
  return createHash("sha256").update(token).digest("hex");
}
