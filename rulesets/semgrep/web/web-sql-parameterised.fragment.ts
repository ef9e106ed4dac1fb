import { sql } from 'drizzle-orm';
import { db, knex, session } from './db';

const COLUMN = 'created_at';

export async function find(tag: string, desc: boolean) {
  // ruleid: web-sql-parameterised--fragment-typescript, web-sql-parameterised--reached-typescript
  await knex('documents').whereRaw(`tags @> '["${tag}"]'`);
  // ruleid: web-sql-parameterised--fragment-typescript, web-sql-parameterised--reached-typescript
  await db.execute(sql.raw(`text ILIKE '%${tag}%'`));
  // ok: web-sql-parameterised--fragment-typescript
  await knex('documents').whereRaw('tags @> ?', [JSON.stringify([tag])]);
  // ok: web-sql-parameterised--fragment-typescript
  await knex('documents').orderByRaw(`${COLUMN} desc`);
  // ok: web-sql-parameterised--fragment-typescript
  await knex('documents').orderByRaw(`created_at ${desc ? 'desc' : 'asc'}`);
  // ruleid: web-sql-parameterised--cypher-typescript
  await session.run(`MATCH (a {name: '${tag}'}) RETURN a`);
  // ok: web-sql-parameterised--cypher-typescript
  await session.run('MATCH (a {name: $tag}) RETURN a', { tag });
}
