import fs from 'fs'

export function dump(values: Record<string, string>) {
  // ruleid: web-environment-lines-whole--typescript
  const lines = Object.entries(values).map(([key, value]) => `${key}='${value}'`)
  fs.writeFileSync('.env', lines.join('\n'))
}

export function dumpClean(values: Record<string, string>) {
  // ok: web-environment-lines-whole--typescript
  const lines = Object.entries(values).map(([key, value]) => `${key}='${clean(value)}'`)
  fs.writeFileSync('.env', lines.join('\n'))
}
