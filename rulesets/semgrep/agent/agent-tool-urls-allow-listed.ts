import { tool } from '@langchain/core/tools';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import axios from 'axios';
import { z } from 'zod';

const server = new McpServer({ name: 'web', version: '1.0.0' });
const ALLOWED_HOSTS = new Set(['docs.bank.example']);

export const browse = tool(
  async ({ url }) => {
    // ruleid: agent-tool-urls-allow-listed--typescript
    const { data } = await axios.get(url, { timeout: 5000 });
    return data;
  },
  { name: 'browse', schema: z.object({ url: z.string() }) },
);

server.tool('fetch', { url: z.string() }, async ({ url }) => {
  // ruleid: agent-tool-urls-allow-listed--typescript
  const page = await fetch(url, { signal: AbortSignal.timeout(5000) });
  return { content: [{ type: 'text', text: await page.text() }] };
});

server.tool('fetch_docs', { url: z.string() }, async ({ url }) => {
  const target = new URL(url);
  if (!ALLOWED_HOSTS.has(target.hostname)) throw new Error('host');
  // ok: agent-tool-urls-allow-listed--typescript
  const page = await fetch(target, { redirect: 'error', signal: AbortSignal.timeout(5000) });
  return { content: [{ type: 'text', text: await page.text() }] };
});

server.tool('weather', { city: z.string() }, async ({ city }) => {
  // ok: agent-tool-urls-allow-listed--typescript
  const page = await fetch(`https://weather.bank.example/v1?q=${encodeURIComponent(city)}`);
  return { content: [{ type: 'text', text: await page.text() }] };
});
