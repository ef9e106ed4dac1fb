import crypto, { createHash } from "crypto";
import CryptoJS from "crypto-js";
import md5 from "md5";
import SparkMD5 from "spark-md5";
import { Md5 } from "ts-md5";

export function fileId(data: Buffer): string {
  // ruleid: crypto-md5-not-used--typescript
  return crypto.createHash("md5").update(data).digest("hex");
}

export function cacheKey(text: string): string {
  // ruleid: crypto-md5-not-used--typescript
  return createHash("md5").update(text).digest("hex");
}

export function sign(key: string, body: string): string {
  // ruleid: crypto-md5-not-used--typescript
  return crypto.createHmac("MD5", key).update(body).digest("hex");
}

export function clientSign(body: string): string {
  // ruleid: crypto-md5-not-used--typescript
  return CryptoJS.MD5(body).toString();
}

export function shortSign(body: string): string {
  // ruleid: crypto-md5-not-used--typescript
  return md5(body);
}

export function chunk(buffer: ArrayBuffer): string {
  // ruleid: crypto-md5-not-used--typescript
  return SparkMD5.ArrayBuffer.hash(buffer);
}

export function tsMd5(text: string) {
  // ruleid: crypto-md5-not-used--typescript
  return Md5.hashStr(text);
}

export function good(data: Buffer): string {
  // ok: crypto-md5-not-used--typescript
  return crypto.createHash("sha256").update(data).digest("hex");
}

export function goodSm3(data: Buffer): string {
  // ok: crypto-md5-not-used--typescript
  return createHash("sm3").update(data).digest("hex");
}

export function goodHmac(key: string, data: string): string {
  // ok: crypto-md5-not-used--typescript
  return crypto.createHmac("sha256", key).update(data).digest("hex");
}

export async function goodSubtle(data: ArrayBuffer) {
  // ok: crypto-md5-not-used--typescript
  return crypto.subtle.digest("SHA-256", data);
}

export function goodField(file: { md5: string }) {
  // ok: crypto-md5-not-used--typescript
  return file.md5 === "d41d8cd98f00b204e9800998ecf8427e";
}
