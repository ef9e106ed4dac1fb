import AdmZip from 'adm-zip';
import fs from 'node:fs';
import path from 'node:path';
import yauzl from 'yauzl';

export function unpack(buffer: Buffer, root: string) {
  for (const entry of new AdmZip(buffer).getEntries()) {
    const target = path.join(root, entry.entryName);
    // ruleid: data-archive-members-filtered--typescript
    fs.writeFileSync(target, entry.getData());
  }
}

export function stream(zipfile: yauzl.ZipFile, root: string) {
  zipfile.on('entry', (entry) => {
    zipfile.openReadStream(entry, (error, source) => {
      // ruleid: data-archive-members-filtered--typescript
      source.pipe(fs.createWriteStream(`${root}/${entry.fileName}`));
    });
  });
}

export function confined(buffer: Buffer, root: string) {
  const base = path.resolve(root);
  for (const entry of new AdmZip(buffer).getEntries()) {
    const target = path.resolve(base, entry.entryName);
    if (!target.startsWith(base + path.sep)) throw new Error('outside');
    // ok: data-archive-members-filtered--typescript
    fs.writeFileSync(target, entry.getData());
  }
}

export function flat(buffer: Buffer, root: string) {
  for (const entry of new AdmZip(buffer).getEntries()) {
    // ok: data-archive-members-filtered--typescript
    fs.writeFileSync(path.join(root, path.basename(entry.entryName)), entry.getData());
  }
}
