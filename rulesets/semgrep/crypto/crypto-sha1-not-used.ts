import * as crypto from "node:crypto";
import { createHash, createHmac } from "node:crypto";
import CryptoJS from "crypto-js";
import sha1 from "sha1";

export function etag(data: Buffer): string {
  // ruleid: crypto-sha1-not-used--typescript
  return crypto.createHash("sha1").update(data).digest("hex");
}

export function webhook(key: string, body: string): string {
  // ruleid: crypto-sha1-not-used--typescript
  return createHmac("sha1", key).update(body).digest("hex");
}

export function wechat(parts: string[]): string {
  // ruleid: crypto-sha1-not-used--typescript
  return sha1(parts.sort().join(""));
}

export async function browser(data: ArrayBuffer) {
  // ruleid: crypto-sha1-not-used--typescript
  return crypto.subtle.digest("SHA-1", data);
}

export function js(text: string) {
  // ruleid: crypto-sha1-not-used--typescript
  return CryptoJS.HmacSHA1(text, "key");
}

export function good(data: Buffer): string {
  // ok: crypto-sha1-not-used--typescript
  return createHash("sha256").update(data).digest("hex");
}

export function good512(data: Buffer): string {
  // ok: crypto-sha1-not-used--typescript
  return createHash("sha512").update(data).digest("hex");
}

export async function goodSubtle(data: ArrayBuffer) {
  // ok: crypto-sha1-not-used--typescript
  return crypto.subtle.digest("SHA-256", data);
}

export function goodHmac(key: string, data: string): string {
  // ok: crypto-sha1-not-used--typescript
  return createHmac("sha256", key).update(data).digest("hex");
}

export function goodCommit(commit: { sha1: string }) {
  // ok: crypto-sha1-not-used--typescript
  return commit.sha1.slice(0, 8);
}
