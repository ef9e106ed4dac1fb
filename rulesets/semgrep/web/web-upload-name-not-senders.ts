import fs from 'fs';
import path from 'path';
import multer from 'multer';
import { randomUUID } from 'crypto';

export function store(req: any) {
  // ruleid: web-upload-name-not-senders--typescript
  fs.writeFileSync(path.join('/srv/uploads', req.file.originalname), req.file.buffer);
}

export async function storeAll(files: any[]) {
  for (const file of files) {
    const target = `/srv/uploads/${file.originalname}`;
    // ruleid: web-upload-name-not-senders--typescript
    await fs.promises.writeFile(target, file.buffer);
  }
}

export const disk = multer.diskStorage({
  destination: '/srv/uploads',
  filename: (req, file, cb) => {
    // ruleid: web-upload-name-not-senders--typescript
    cb(null, file.originalname);
  },
});

export const good = multer.diskStorage({
  destination: '/srv/uploads',
  filename: (req, file, cb) => {
    // ok: web-upload-name-not-senders--typescript
    cb(null, randomUUID() + path.extname(file.originalname));
  },
});

export function goodStore(req: any) {
  // ok: web-upload-name-not-senders--typescript
  fs.writeFileSync(path.join('/srv/uploads', path.basename(req.file.originalname)), req.file.buffer);
}
