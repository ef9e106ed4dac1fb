import vm from "vm";

export function bad(code: string, name: string) {
  // ruleid: os-code-not-evaluated--typescript
  eval(code);
  // ruleid: os-code-not-evaluated--typescript
  const f = new Function("input", code);
  // ruleid: os-code-not-evaluated--typescript
  vm.runInNewContext(code, {});
  // ruleid: os-code-not-evaluated--typescript
  eval(`handlers.${name}()`);
  // ruleid: os-code-not-evaluated--typescript
  new vm.Script(code);
  return f;
}

export function good(text: string, cb: () => void) {
  // ok: os-code-not-evaluated--typescript
  eval("1 + 1");
  // ok: os-code-not-evaluated--typescript
  JSON.parse(text);
  // ok: os-code-not-evaluated--typescript
  new Function("return this");
  // ok: os-code-not-evaluated--typescript
  setTimeout(cb, 10);
  // ok: os-code-not-evaluated--typescript
  model.eval(text);
}
