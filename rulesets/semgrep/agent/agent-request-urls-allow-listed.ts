import axios from "axios";
import express from "express";

const app = express();
const ALLOWED_HOSTS = new Set(["docs.example.com"]);
const API_BASE = "https://api.example.com";

app.get("/fetch", async (req, res) => {
  // ruleid: agent-request-urls-allow-listed--typescript
  const r = await fetch(req.query.url as string);
  res.send(await r.text());
});

app.post("/import", async (req, res) => {
  const { url } = req.body;
  // ruleid: agent-request-urls-allow-listed--typescript
  const r = await axios.get(url, { timeout: 5000 });
  res.json(r.data);
});

app.get("/proxy/:host", async (req, res) => {
  // ruleid: agent-request-urls-allow-listed--typescript
  const r = await fetch(`http://${req.params.host}/status`);
  res.send(await r.text());
});

export async function POST(request: Request) {
  const body = await request.json();
  // ruleid: agent-request-urls-allow-listed--typescript
  const r = await fetch(body.webhook, { method: "POST" });
  return Response.json(await r.json());
}

export async function GET(request: Request) {
  const target = new URL(request.url).searchParams.get("target");
  // ruleid: agent-request-urls-allow-listed--typescript
  return fetch(target!);
}

app.get("/allowed", async (req, res) => {
  const url = new URL(req.query.url as string);
  if (!ALLOWED_HOSTS.has(url.hostname)) return res.status(400).end();
  // ok: agent-request-urls-allow-listed--typescript
  const r = await fetch(url);
  res.send(await r.text());
});

app.get("/item/:id", async (req, res) => {
  // ok: agent-request-urls-allow-listed--typescript
  const r = await fetch(`https://api.example.com/items/${req.params.id}`);
  res.json(await r.json());
});

app.get("/base/:id", async (req, res) => {
  // ok: agent-request-urls-allow-listed--typescript
  const r = await fetch(`${API_BASE}/items/${req.params.id}`);
  res.json(await r.json());
});

app.post("/forward", async (req, res) => {
  // ok: agent-request-urls-allow-listed--typescript
  const r = await fetch("https://api.example.com/forward", { method: "POST", body: JSON.stringify(req.body) });
  res.json(await r.json());
});

app.get("/checked", async (req, res) => {
  const target = req.query.url as string;
  assertPublicUrl(target);
  // ok: agent-request-urls-allow-listed--typescript
  const r = await fetch(target);
  res.send(await r.text());
});
