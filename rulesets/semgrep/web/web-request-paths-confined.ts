import express from 'express';
import fs from 'fs';
import { readFile } from 'fs/promises';
import path from 'path';

const app = express();
const ROOT = path.resolve('/data/uploads');

app.get('/file', (req, res) => {
  const name = req.query.fileName as string;
  const full = path.join(ROOT, name);
  // ruleid: web-request-paths-confined--typescript
  fs.createReadStream(full).pipe(res);
});

app.get('/doc/:name', async (req, res) => {
  // ruleid: web-request-paths-confined--typescript
  res.send(await readFile(`${ROOT}/${req.params.name}`));
});

app.delete('/doc', async (req, res) => {
  const { file } = req.body;
  // ruleid: web-request-paths-confined--typescript
  await fs.promises.unlink(path.join(ROOT, file));
  res.end();
});

app.get('/show', (req, res) => {
  // ruleid: web-request-paths-confined--typescript
  res.sendFile(path.resolve(ROOT, req.query.f as string));
});

app.get('/good', (req, res) => {
  const full = path.resolve(ROOT, String(req.query.fileName));
  if (!full.startsWith(ROOT + path.sep)) {
    res.status(400).end();
    return;
  }
  // ok: web-request-paths-confined--typescript
  fs.createReadStream(full).pipe(res);
});

app.get('/good2', (req, res) => {
  // ok: web-request-paths-confined--typescript
  res.sendFile(path.join(ROOT, path.basename(req.params.name)));
});

app.get('/good3', (req, res) => {
  // ok: web-request-paths-confined--typescript
  res.sendFile(req.query.name as string, { root: ROOT });
});
