import axios from "axios";
import { createClient } from "redis";

// ruleid: crypto-endpoint-not-clear-text--typescript
export const API_BASE = "http://api.platform.io/v1";
// ruleid: crypto-endpoint-not-clear-text--typescript
export const gatewayUrl = process.env.GATEWAY_URL || "http://10.2.0.9:8000";

// ruleid: crypto-endpoint-not-clear-text--typescript
export const http = axios.create({ baseURL: "http://models.bank.com.cn", timeout: 5000 });

export async function chat(prompt: string) {
  // ruleid: crypto-endpoint-not-clear-text--typescript
  return fetch("http://llm.corp.internal/v1/chat", { method: "POST", body: prompt });
}

export function events(id: string) {
  // ruleid: crypto-endpoint-not-clear-text--typescript
  return new WebSocket(`ws://events.platform.io/runs/${id}`);
}

export function cache() {
  // ruleid: crypto-endpoint-not-clear-text--typescript
  return createClient({ url: "redis://cache.prod.internal:6379" });
}

// ok: crypto-endpoint-not-clear-text--typescript
export const SECURE_BASE = "https://api.platform.io/v1";
// ok: crypto-endpoint-not-clear-text--typescript
export const localUrl = process.env.OLLAMA_URL ?? "http://localhost:11434";
// ok: crypto-endpoint-not-clear-text--typescript
export const clusterUrl = "http://api.platform.svc.cluster.local";
// ok: crypto-endpoint-not-clear-text--typescript
export const svgBase = "http://www.w3.org/2000/svg";
// ok: crypto-endpoint-not-clear-text--typescript
export const composeUrl = "http://api:8080";
// ok: crypto-endpoint-not-clear-text--typescript
export const field = { placeholder: "http://models.bank.com.cn", label: "URL" };

export function goodRelative(path: string) {
  // ok: crypto-endpoint-not-clear-text--typescript
  return fetch(`/api/${path}`);
}

export function goodVariable(host: string) {
  // ok: crypto-endpoint-not-clear-text--typescript
  return fetch(`http://${host}/health`);
}
