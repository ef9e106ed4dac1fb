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
  // ruleid: web-sql-parameterised--typescript
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
