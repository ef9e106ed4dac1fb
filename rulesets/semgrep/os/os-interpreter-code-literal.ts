import { spawn, execFile } from 'child_process';

export function run(code: string) {
  // ruleid: os-interpreter-code-literal--typescript
  return spawn('python3', ['-c', code]);
}

export function runNode(code: string, done: any) {
  // ruleid: os-interpreter-code-literal--typescript
  execFile(process.execPath, ['-e', code], done);
}

export function fixed(file: string) {
  // ok: os-interpreter-code-literal--typescript
  spawn('python3', ['-c', 'print(1)']);
  // ok: os-interpreter-code-literal--typescript
  spawn('wc', ['-c', file]);
}
