import serialize from 'node-serialize';

export function restore(text: string) {
  // ok: data-marshal-shelve-jsonpickle-not-loaded--typescript
  const plain = JSON.parse(text);
  // ruleid: data-marshal-shelve-jsonpickle-not-loaded--typescript
  return [plain, serialize.unserialize(text)];
}
