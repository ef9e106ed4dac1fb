import crypto, { createVerify, generateKeyPairSync } from "crypto";
import { sm2 } from "sm-crypto";

// ruleid: crypto-signature-is-sm2--typescript
export const pair = generateKeyPairSync("rsa", { modulusLength: 3072 });
// ruleid: crypto-signature-is-sm2--typescript
export const identity = crypto.generateKeyPairSync("ed25519");

export function ecPair(done: (e: Error | null) => void) {
  // ruleid: crypto-signature-is-sm2--typescript
  crypto.generateKeyPair("ec", { namedCurve: "P-256" }, done);
}

export function sign(data: string, key: string) {
  // ruleid: crypto-signature-is-sm2--typescript
  return crypto.createSign("RSA-SHA256").update(data).sign(key, "hex");
}

export function verify(data: string, key: string, signature: string) {
  // ruleid: crypto-signature-is-sm2--typescript
  return createVerify("SHA256").update(data).verify(key, signature, "hex");
}

// ok: crypto-signature-is-sm2--typescript
export const smPair = sm2.generateKeyPairHex();
// ok: crypto-signature-is-sm2--typescript
export const nodeSm2 = generateKeyPairSync("sm2" as any);

export function goodSign(data: string, key: string) {
  // ok: crypto-signature-is-sm2--typescript
  return sm2.doSignature(data, key, { hash: true });
}

export function goodVerify(data: string, signature: string, key: string) {
  // ok: crypto-signature-is-sm2--typescript
  return sm2.doVerifySignature(data, signature, key);
}

export function goodNode(data: string, key: string) {
  // ok: crypto-signature-is-sm2--typescript
  return crypto.createSign("SM3").update(data).sign(key, "hex");
}
