import https from "https";
import tls from "tls";

// ruleid: crypto-tls-version-current--typescript
export const agent = new https.Agent({ minVersion: "TLSv1" });
// ruleid: crypto-tls-version-current--typescript
export const agent11 = new https.Agent({ keepAlive: true, minVersion: "TLSv1.1" });
// ruleid: crypto-tls-version-current--typescript
export const server = https.createServer({ secureProtocol: "TLSv1_method" });
// ruleid: crypto-tls-version-current--typescript
tls.DEFAULT_MIN_VERSION = "TLSv1";

export function lower(options: tls.SecureContextOptions) {
  // ruleid: crypto-tls-version-current--typescript
  options.secureProtocol = "SSLv3_method";
}

// ok: crypto-tls-version-current--typescript
export const good = new https.Agent({ minVersion: "TLSv1.2" });
// ok: crypto-tls-version-current--typescript
export const good13 = new https.Agent({ minVersion: "TLSv1.3" });
// ok: crypto-tls-version-current--typescript
export const goodServer = https.createServer({ secureProtocol: "TLSv1_2_method" });
// ok: crypto-tls-version-current--typescript
export const goodAny = https.createServer({ secureProtocol: "TLS_method" });
// ok: crypto-tls-version-current--typescript
export const other = { minVersion: "1.1.0" };
