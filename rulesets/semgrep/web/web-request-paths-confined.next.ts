import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fs from 'fs';

const ROOT = '/srv/files';

export async function GET(request: Request, { params }: { params: { path: string[] } }) {
  const file = path.join(ROOT, ...params.path);
  // ruleid: web-request-paths-confined--typescript
  return new Response(await readFile(file));
}

export async function DELETE(request: Request, context: { params: Promise<{ path: string[] }> }) {
  const { path: parts } = await context.params;
  const file = path.join(ROOT, parts.join('/'));
  // ruleid: web-request-paths-confined--typescript
  fs.unlinkSync(file);
  return new Response(null);
}

export async function PUT(request: Request, { params }: { params: Promise<{ path: string[] }> }) {
  const { path: parts } = await params;
  // ruleid: web-request-paths-confined--typescript
  await fs.promises.writeFile(path.join(ROOT, ...parts), await request.text());
  return new Response(null);
}

export async function HEAD(request: Request, { params }: { params: { path: string[] } }) {
  const file = path.resolve(ROOT, ...params.path);
  if (!file.startsWith(ROOT + path.sep)) {
    return new Response(null, { status: 404 });
  }
  // ok: web-request-paths-confined--typescript
  return new Response(await readFile(file));
}
