import https from "https";
import axios from "axios";
import { Agent, fetch } from "undici";
import { Client } from "pg";

// ruleid: crypto-tls-verification-on--typescript
const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });

// ruleid: crypto-tls-verification-on--typescript
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
// ruleid: crypto-tls-verification-on--typescript
process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";

export async function gateway(url: string) {
  // ruleid: crypto-tls-verification-on--typescript
  return fetch(url, { dispatcher: new Agent({ connect: { rejectUnauthorized: false } }) });
}

export function database(url: string) {
  // ruleid: crypto-tls-verification-on--typescript
  return new Client({ connectionString: url, ssl: { rejectUnauthorized: false } });
}

export function relaxed(request: any, url: string) {
  // ruleid: crypto-tls-verification-on--typescript
  return request({ url, strictSSL: false });
}

export function anyName(options: https.RequestOptions) {
  // ruleid: crypto-tls-verification-on--typescript
  return https.request({ ...options, checkServerIdentity: () => undefined });
}

// ok: crypto-tls-verification-on--typescript
const strict = new https.Agent({ keepAlive: true, rejectUnauthorized: true });

export function good(ca: Buffer) {
  // ok: crypto-tls-verification-on--typescript
  return axios.create({ httpsAgent: new https.Agent({ ca }) });
}

export function goodDatabase(url: string, ca: string) {
  // ok: crypto-tls-verification-on--typescript
  return new Client({ connectionString: url, ssl: { rejectUnauthorized: true, ca } });
}

export function goodRead() {
  // ok: crypto-tls-verification-on--typescript
  return process.env.NODE_TLS_REJECT_UNAUTHORIZED === "0";
}

// ok: crypto-tls-verification-on--typescript
process.env.NODE_EXTRA_CA_CERTS = "/etc/ssl/private-ca.pem";

export function goodServer(options: https.ServerOptions) {
  // ok: crypto-tls-verification-on--typescript
  return https.createServer({ ...options, requestCert: true, rejectUnauthorized: false });
}
export { agent, strict };
