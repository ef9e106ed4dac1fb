import { Pool } from "pg";

export async function bad(pool: Pool, name: string, prisma: any, knex: any) {
  // ruleid: web-sql-parameterised--typescript
  await pool.query(`SELECT * FROM users WHERE name = '${name}'`);
  // ruleid: web-sql-parameterised--typescript
  await pool.query("SELECT * FROM users WHERE name = '" + name + "'");
  const q = `DELETE FROM users WHERE name = '${name}'`;
  // ruleid: web-sql-parameterised--typescript, web-sql-parameterised--reached-typescript
  await pool.query(q);
  // ruleid: web-sql-parameterised--typescript, web-sql-parameterised--reached-typescript
  await prisma.$queryRawUnsafe(`SELECT * FROM users WHERE name = '${name}'`);
  // ruleid: web-sql-parameterised--typescript
  await pool.query({ text: `UPDATE users SET name = '${name}' WHERE id = 1` });
}

export async function good(pool: Pool, name: string, prisma: any, id: string) {
  // ok: web-sql-parameterised--typescript
  await pool.query("SELECT * FROM users WHERE name = $1", [name]);
  // ok: web-sql-parameterised--typescript
  await prisma.$queryRaw`SELECT * FROM users WHERE name = ${name}`;
  // ok: web-sql-parameterised--typescript
  await pool.query(`SELECT * FROM users WHERE id = ${Number(id)}`);
  // ok: web-sql-parameterised--typescript
  await pool.query(`SELECT count(*) FROM users`);
  // ok: web-sql-parameterised--typescript
  await api.get(`/users/${name}`);
}

export async function listed(prisma: any, column: string) {
  // ruleid: web-sql-parameterised--reached-typescript
  const rows = await prisma.$queryRawUnsafe(statementOf(column))
  // ok: web-sql-parameterised--reached-typescript
  const known = await prisma.$queryRawUnsafe('select 1')
  return [rows, known]
}
