import crypto, { generateKeyPairSync } from "crypto";
import NodeRSA from "node-rsa";

// ruleid: crypto-key-strength--typescript
export const weak = generateKeyPairSync("rsa", { modulusLength: 1024, publicKeyEncoding: { type: "spki", format: "pem" } });
// ruleid: crypto-key-strength--typescript
export const weakWeb = crypto.subtle.generateKey({ name: "RSA-OAEP", modulusLength: 1024, hash: "SHA-256" }, true, ["encrypt"]);
// ruleid: crypto-key-strength--typescript
export const weakCurve = crypto.generateKeyPairSync("ec", { namedCurve: "prime192v1" });
// ruleid: crypto-key-strength--typescript
export const nodeRsa = new NodeRSA({ b: 512 });
// ruleid: crypto-key-strength--typescript
export const exchange = crypto.createECDH("secp160r1");

// ok: crypto-key-strength--typescript
export const strong = generateKeyPairSync("rsa", { modulusLength: 3072 });
// ok: crypto-key-strength--typescript
export const strongWeb = crypto.subtle.generateKey({ name: "RSA-PSS", modulusLength: 4096 }, true, ["sign"]);
// ok: crypto-key-strength--typescript
export const curve = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
// ok: crypto-key-strength--typescript
export const nodeStrong = new NodeRSA({ b: 2048 });
// ok: crypto-key-strength--typescript
export const edwards = generateKeyPairSync("ed25519");
