import { exec, execSync, spawn, execFile } from "child_process";
import * as cp from "node:child_process";
export function a(b: string) {
  // ruleid: os-shell-command-literal--typescript
  exec(`git checkout ${b}`, () => {});
}
export function b(x: string) {
  // ruleid: os-shell-command-literal--typescript
  return cp.execSync("ls " + x);
}
export function c(x: string) {
  // ok: os-shell-command-literal--typescript
  execFile("git", ["checkout", x]);
}
export function d() {
  // ok: os-shell-command-literal--typescript
  execSync("df -h");
}
export function e(x: string) {
  // ruleid: os-shell-command-literal--typescript
  spawn(x, { shell: true });
}
export function f(x: string) {
  // ok: os-shell-command-literal--typescript
  spawn("git", ["log", x]);
}

import { promisify } from 'node:util';
import { exec as nodeExec, execFile as nodeExecFile } from 'node:child_process';

const runLine = promisify(nodeExec);
const runFile = promisify(nodeExecFile);

export async function convert(name: string) {
  // ruleid: os-shell-command-literal--typescript
  await runLine(`pandoc ${name} -t html`);
  // ok: os-shell-command-literal--typescript
  await runLine('pandoc --version');
  // ok: os-shell-command-literal--typescript
  await runFile('pandoc', ['--', name]);
}

export async function ofBunAndDeno(format: string) {
  // ruleid: os-shell-command-literal--typescript
  const child = Bun.spawn(["sh", "-c", `pandoc in -t ${format}`], { stderr: "pipe" });
  // ok: os-shell-command-literal--typescript
  Bun.spawn(["pandoc", "in", "-t", format]);
  // ruleid: os-shell-command-literal--typescript
  const command = new Deno.Command("bash", { args: ["-lc", `/opt/tools/${format}`], stdout: "piped" });
  // ok: os-shell-command-literal--typescript
  new Deno.Command("/opt/tools/run", { args: ["--format", format] });
  return [child, command];
}
