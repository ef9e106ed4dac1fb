import fs from 'fs';
import { readFile, writeFile } from 'fs/promises';
import path from 'path';
import { z } from 'zod';

const ROOT = path.resolve('/workspace');

export function register(server: any) {
  server.tool('read_file', { path: z.string() }, async ({ path: p }: any) => {
    return p;
  });
  server.tool('read', { file: z.string() }, async ({ file }) => {
    // ruleid: agent-tool-paths-confined--typescript
    return { content: [{ type: 'text', text: await readFile(file, 'utf8') }] };
  });
  server.registerTool('write', { inputSchema: { file: z.string() } }, async ({ file, text }) => {
    // ruleid: agent-tool-paths-confined--typescript
    await writeFile(path.join(ROOT, file), text);
    return {};
  });
  server.tool('good', { file: z.string() }, async ({ file }) => {
    const full = path.resolve(ROOT, file);
    if (!full.startsWith(ROOT + path.sep)) {
      throw new Error('outside');
    }
    // ok: agent-tool-paths-confined--typescript
    return { content: [{ type: 'text', text: await readFile(full, 'utf8') }] };
  });
}

export class ReadTool extends Tool {
  async _call(input: string) {
    // ruleid: agent-tool-paths-confined--typescript
    return fs.readFileSync(input, 'utf8');
  }
}

export const remove = tool(
  async ({ file }) => {
    // ruleid: agent-tool-paths-confined--typescript
    fs.unlinkSync(file);
    return 'done';
  },
  { name: 'remove' },
);
