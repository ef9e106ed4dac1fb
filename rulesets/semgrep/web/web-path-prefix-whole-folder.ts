import fs from 'fs/promises'
import path from 'path'

const allowed = ['/srv/data', '/srv/notes']
const ROOT = '/srv/data'

export async function validPath(asked: string): Promise<string> {
  const absolute = path.resolve(asked)
  // ruleid: web-path-prefix-whole-folder--typescript
  if (!allowed.some((folder) => absolute.startsWith(folder))) {
    throw new Error('outside')
  }
  return absolute
}

export async function real(asked: string): Promise<string> {
  const place = await fs.realpath(asked)
  // ruleid: web-path-prefix-whole-folder--typescript
  if (!place.startsWith(ROOT)) throw new Error('outside')
  return place
}

export async function whole(asked: string): Promise<string> {
  const absolute = path.resolve(asked)
  // ok: web-path-prefix-whole-folder--typescript
  if (!allowed.some((folder) => absolute === folder || absolute.startsWith(folder + path.sep))) {
    throw new Error('outside')
  }
  return absolute
}

export function traversal(asked: string): boolean {
  const relative = path.normalize(asked)
  // ok: web-path-prefix-whole-folder--typescript
  return relative.startsWith('..')
}
