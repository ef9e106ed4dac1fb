import fs from 'fs'
import path from 'path'

const ROOT = '/srv/files'

export async function removeFile(folder: string, name: string) {
  const place = path.join(ROOT, folder, name)
  // ruleid: web-helper-paths-confined
  await fs.promises.unlink(place)
}

export const readFileOf = (name: string) => {
  // ruleid: web-helper-paths-confined
  return fs.readFileSync(`${ROOT}/${name}`)
}

export async function list() {
  // ok: web-helper-paths-confined
  return fs.promises.readFile(ROOT)
}

export async function logo() {
  // ok: web-helper-paths-confined
  return fs.promises.readFile('/srv/files/logo.png')
}
