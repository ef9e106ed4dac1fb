import { execFile } from "child_process";
import { Client } from "ssh2";

export function any(client: Client, host: string) {
  // ruleid: crypto-ssh-host-key-checked--typescript
  client.connect({ host, username: "agent", hostVerifier: () => true });
}

export function anyKey(client: Client, host: string) {
  // ruleid: crypto-ssh-host-key-checked--typescript
  client.connect({ host, hostVerifier: (key: Buffer) => true });
}

export function callback(client: Client, host: string) {
  // ruleid: crypto-ssh-host-key-checked--typescript
  client.connect({ host, hostVerifier: (key, done) => done(true) });
}

export function shell(host: string) {
  // ruleid: crypto-ssh-host-key-checked--typescript
  execFile("ssh", ["-o", "StrictHostKeyChecking=no", host, "uptime"]);
}

export function copy(exec: (command: string) => void) {
  // ruleid: crypto-ssh-host-key-checked--typescript
  exec("scp -o StrictHostKeyChecking=no a b");
}

export function good(client: Client, host: string, known: string) {
  // ok: crypto-ssh-host-key-checked--typescript
  client.connect({ host, hostHash: "sha256", hostVerifier: (hash: string) => hash === known });
}

export function goodShell(host: string) {
  // ok: crypto-ssh-host-key-checked--typescript
  execFile("ssh", ["-o", "StrictHostKeyChecking=yes", host, "uptime"]);
}

export function goodNew(host: string) {
  // ok: crypto-ssh-host-key-checked--typescript
  execFile("ssh", ["-o", "StrictHostKeyChecking=accept-new", host]);
}

export function goodCallback(client: Client, host: string, check: (k: Buffer) => boolean) {
  // ok: crypto-ssh-host-key-checked--typescript
  client.connect({ host, hostVerifier: (key, done) => done(check(key)) });
}

export function goodTrue() {
  // ok: crypto-ssh-host-key-checked--typescript
  return { verifier: () => true };
}
