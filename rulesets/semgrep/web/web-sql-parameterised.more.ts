import { Pool } from "pg";
const pool = new Pool();
export async function a(id: string) {
  // ruleid: web-sql-parameterised--typescript
  return pool.query(`SELECT * FROM users WHERE id = '${id}'`);
}
export async function b(id: string) {
  // ok: web-sql-parameterised--typescript
  return pool.query("SELECT * FROM users WHERE id = $1", [id]);
}
export async function c(knex: any, x: string) {
  // ruleid: web-sql-parameterised--typescript
  return knex.raw("SELECT * FROM t WHERE x = " + x);
}
export async function d(prisma: any, x: string) {
  // ruleid: web-sql-parameterised--typescript, web-sql-parameterised--reached-typescript
  return prisma.$queryRawUnsafe(`SELECT * FROM t WHERE x = ${x}`);
}
export async function e(prisma: any, x: string) {
  // ok: web-sql-parameterised--typescript
  return prisma.$queryRaw`SELECT * FROM t WHERE x = ${x}`;
}
export async function f(ds: any, x: string) {
  const sql = `DELETE FROM t WHERE x = ${x}`;
  // ruleid: web-sql-parameterised--typescript
  await ds.query(sql);
}


class Vectors {
  static tableName() {
    return process.env.VECTOR_TABLE ?? 'vectors'
  }

  async count(connection: any, namespace: string) {
    // ok: web-sql-parameterised--typescript
    return connection.query(`SELECT COUNT(id) FROM "${Vectors.tableName()}" WHERE namespace = $1`, [namespace])
  }
}

export async function commentsOf(projectId: string, ids: string[]) {
  // ok: web-sql-parameterised--typescript
  const found = await prisma.$queryRaw<
    Array<{ id: string; object_id: string }>
  >`SELECT c.id, c.object_id FROM comments c WHERE c.project_id = ${projectId} AND c.object_id = ANY(${ids})`;
  const byObject = new Map<string, object[]>();
  for (const each of found) {
    // ok: web-sql-parameterised--typescript
    byObject.get(each.object_id)!.push(each);
  }
  const updates = await prisma.$queryRaw`SELECT id FROM prompts WHERE project_id = ${projectId}`;
  // ok: web-sql-parameterised--typescript
  await Promise.all([...updates]);
  return byObject;
}

export async function since(client: Client, from?: Date) {
  // ok: web-sql-parameterised--typescript
  return client.query({
    query: `SELECT a FROM b WHERE c = {c: String} ${from ? "AND t >= {from: DateTime64(3)}" : ""} ${from ? `LIMIT 1` : ``}`,
    params: { from },
  });
}

export async function named(client: Client, name: string) {
  const query = `SELECT a FROM b WHERE c = {c: String} ${name ? `AND name = '${name}'` : ""}`;
  // ruleid: web-sql-parameterised--typescript
  return client.query({ query, params: {} });
}
