import { exec, execSync, execFile, spawn } from "node:child_process";
import { promisify } from "util";
import * as cp from "child_process";

const execAsync = promisify(exec);

export async function bad(path: string, cmd: string) {
  // ruleid: os-shell-command-literal--typescript
  exec(`ls ${path}`, (err, out) => console.log(out));
  // ruleid: os-shell-command-literal--typescript
  execSync("rm -rf " + path);
  // ruleid: os-shell-command-literal--typescript
  await execAsync(cmd);
  // ruleid: os-shell-command-literal--typescript
  spawn(cmd, { shell: true });
  // ruleid: os-shell-command-literal--typescript
  cp.exec(cmd);
  // ruleid: os-shell-command-literal--typescript
  spawn("sh", ["-c", `cd ${path} && make`]);
}

export function good(path: string, re: RegExp) {
  // ok: os-shell-command-literal--typescript
  exec("uptime", () => {});
  // ok: os-shell-command-literal--typescript
  execFile("ls", [path]);
  // ok: os-shell-command-literal--typescript
  spawn("ls", [path]);
  // ok: os-shell-command-literal--typescript
  re.exec(path);
  // ok: os-shell-command-literal--typescript
  execSync(`git rev-parse HEAD`);
}
