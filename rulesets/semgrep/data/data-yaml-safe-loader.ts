import yaml from 'js-yaml';

export function read(text: string) {
  // ruleid: data-yaml-safe-loader--typescript
  const flow = yaml.load(text, { schema: yaml.DEFAULT_FULL_SCHEMA });
  // ok: data-yaml-safe-loader--typescript
  return [flow, yaml.load(text, { schema: yaml.JSON_SCHEMA }), yaml.load(text)];
}
