import { spawn } from 'child_process'
import fs from 'fs'

const PROBE = 'print(1)'

export function run(code: string, file: string) {
  // ruleid: os-interpreter-code-literal--file-typescript
  fs.writeFileSync(file, code)
  return spawn('python3', [file])
}

export function probe(file: string) {
  // ok: os-interpreter-code-literal--file-typescript
  fs.writeFileSync(file, PROBE)
  return spawn('python3', [file])
}
