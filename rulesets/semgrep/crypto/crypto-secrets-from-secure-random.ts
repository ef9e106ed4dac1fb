import crypto, { randomBytes, randomInt, randomUUID } from "crypto";

export function login(res: any, user: { id: string }) {
  // ruleid: crypto-secrets-from-secure-random--typescript
  const sessionToken = Math.random().toString(36).slice(2);
  // ruleid: crypto-secrets-from-secure-random--typescript
  res.cookie("session", sessionToken);
  return user;
}

export function generateApiKey(): string {
  const tail = Math.random().toString(36);
  // ruleid: crypto-secrets-from-secure-random--typescript
  return "sk-" + tail;
}

// ruleid: crypto-secrets-from-secure-random--typescript
export const makeCode = () => Math.floor(100000 + Math.random() * 900000).toString();

export function invite(email: string) {
  // ruleid: crypto-secrets-from-secure-random--typescript
  return { email, inviteCode: Math.random().toString(36).substring(2, 10) };
}

export function reset(user: any) {
  // ruleid: crypto-secrets-from-secure-random--typescript
  user.resetToken = `${Date.now()}-${Math.random()}`;
}

export function password(length: number) {
  const chars = "abcdefghijklmnopqrstuvwxyz";
  let password = "";
  for (let i = 0; i < length; i++) {
    // ruleid: crypto-secrets-from-secure-random--typescript
    password += chars.charAt(Math.floor(Math.random() * chars.length));
  }
  return password;
}

export function good() {
  // ok: crypto-secrets-from-secure-random--typescript
  const token = randomBytes(32).toString("hex");
  return token;
}

export function goodCode() {
  // ok: crypto-secrets-from-secure-random--typescript
  const verificationCode = randomInt(100000, 999999).toString();
  return verificationCode;
}

export function goodSession() {
  // ok: crypto-secrets-from-secure-random--typescript
  const sessionId = randomUUID();
  return sessionId;
}

export function goodColor() {
  // ok: crypto-secrets-from-secure-random--typescript
  const color = "#" + Math.floor(Math.random() * 0xffffff).toString(16);
  return color;
}

export function goodItem(items: string[]) {
  // ok: crypto-secrets-from-secure-random--typescript
  return items.map((label) => ({ key: Math.random(), label }));
}

export function goodLimit() {
  // ok: crypto-secrets-from-secure-random--typescript
  const maxTokens = Math.floor(Math.random() * 512);
  return maxTokens;
}

export function goodWeb() {
  const bytes = new Uint8Array(16);
  crypto.getRandomValues(bytes);
  // ok: crypto-secrets-from-secure-random--typescript
  const nonce = Buffer.from(bytes).toString("base64");
  return nonce;
}
