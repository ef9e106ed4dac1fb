import vm from "vm";
export function a(x: string) {
  // ruleid: os-code-not-evaluated--typescript
  return eval(x);
}
export function b(x: string) {
  // ruleid: os-code-not-evaluated--typescript
  return new Function("row", `return ${x}`)({});
}
export function c(x: string) {
  // ruleid: os-code-not-evaluated--typescript
  return vm.runInNewContext(x, {});
}
export function d() {
  // ok: os-code-not-evaluated--typescript
  return eval("1+1");
}
export function e(x: string) {
  // ok: os-code-not-evaluated--typescript
  return JSON.parse(x);
}
export function f(x: string) {
  // ruleid: os-code-not-evaluated--typescript
  setTimeout("go('" + x + "')", 10);
}
export function g(x: () => void) {
  // ok: os-code-not-evaluated--typescript
  setTimeout(() => x(), 10);
}

import { NodeVM } from 'vm2';

const AsyncFunction = Object.getPrototypeOf(async function () {}).constructor;

export async function custom(body: string) {
  // ruleid: os-code-not-evaluated--typescript
  const run = new AsyncFunction('input', body);
  // ok: os-code-not-evaluated--typescript
  const fixed = new AsyncFunction('input', 'return input');
  const box = new NodeVM({ console: 'inherit' });
  // ruleid: os-code-not-evaluated--typescript
  await box.run(body);
  // ok: os-code-not-evaluated--typescript
  return box.run('module.exports = 1');
}
