import axios from "axios";
import OpenAI from "openai";

const bare = new OpenAI({ apiKey: process.env.KEY });
const timed = new OpenAI({ apiKey: process.env.KEY, timeout: 30000 });

export async function calls(url: string, options: object) {
  // ruleid: agent-calls-have-timeout--typescript
  await axios.get(url);
  // ruleid: agent-calls-have-timeout--typescript
  await axios.post("https://api.example.com/v1", { a: 1 }, { headers: { a: "b" } });
  // ruleid: agent-calls-have-timeout--typescript
  await fetch("https://api.example.com/v1", { method: "POST" });
  // ruleid: agent-calls-have-timeout--typescript
  await fetch(`${process.env.API_URL}/v1`);
  // ruleid: agent-calls-have-timeout--typescript
  await bare.chat.completions.create({ model: "m", messages: [] });
  // ruleid: agent-calls-have-timeout--typescript
  const api = axios.create({ baseURL: "https://api.example.com" });
  // ok: agent-calls-have-timeout--typescript
  await axios.get(url, { timeout: 5000 });
  // ok: agent-calls-have-timeout--typescript
  await axios.post(url, {}, { signal: AbortSignal.timeout(5000) });
  // ok: agent-calls-have-timeout--typescript
  await fetch("https://api.example.com/v1", { signal: AbortSignal.timeout(5000) });
  // ok: agent-calls-have-timeout--typescript
  await fetch("/api/local");
  // ok: agent-calls-have-timeout--typescript
  await fetch("https://api.example.com/v1", { ...options });
  // ok: agent-calls-have-timeout--typescript
  await timed.chat.completions.create({ model: "m", messages: [] });
  // ok: agent-calls-have-timeout--typescript
  await bare.chat.completions.create({ model: "m", messages: [] }, { timeout: 1000 });
  // ok: agent-calls-have-timeout--typescript
  const good = axios.create({ baseURL: "https://api.example.com", timeout: 5000 });
  return [api, good];
}
