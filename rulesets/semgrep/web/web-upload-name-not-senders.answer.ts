import fs from 'fs';
import path from 'path';

export async function keep(address: string) {
  const answer = await fetch(address);
  const header = answer.headers.get('content-disposition') ?? '';
  const name = header.split('filename=')[1];
  // ruleid: web-upload-name-not-senders--answer-typescript
  fs.createWriteStream(path.join('/srv/attachments', name));
  // ok: web-upload-name-not-senders--answer-typescript
  fs.createWriteStream(path.join('/srv/attachments', path.basename(name)));
}
