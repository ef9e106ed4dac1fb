import { randomBytes } from "crypto";
export function a() {
  // ruleid: crypto-secrets-from-secure-random--typescript
  const token = Math.random().toString(36).slice(2);
  return token;
}
export function b() {
  // ruleid: crypto-secrets-from-secure-random--typescript
  const resetCode = Math.floor(100000 + Math.random() * 900000);
  return resetCode;
}
export function c(user: any) {
  // ruleid: crypto-secrets-from-secure-random--typescript
  user.apiKey = `ak_${Math.random().toString(16)}`;
}
export function d() {
  // ok: crypto-secrets-from-secure-random--typescript
  const token = randomBytes(32).toString("hex");
  return token;
}
export function e() {
  // ok: crypto-secrets-from-secure-random--typescript
  const jitter = Math.random() * 100;
  return jitter;
}
export const generateSessionId = () => {
  // ruleid: crypto-secrets-from-secure-random--typescript
  return Math.random().toString(36).substring(2);
};
export function f() {
  // ok: crypto-secrets-from-secure-random--typescript
  const color = Math.floor(Math.random() * 16777215).toString(16);
  return color;
}
