import { Pool } from "pg";
import OpenAI from "openai";

const openai = new OpenAI({ timeout: 30000 });
const pool = new Pool();

export async function ask(question: string) {
  const r = await openai.chat.completions.create({ model: "m", messages: [{ role: "user", content: question }] });
  const sql = r.choices[0].message.content;
  // ruleid: agent-model-output-not-sql--typescript
  return pool.query(sql!);
}

export async function askPrisma(llm: any, question: string) {
  const reply = await llm.invoke(question);
  // ruleid: agent-model-output-not-sql--typescript
  return prisma.$queryRawUnsafe(reply.content);
}

export async function askKnex(question: string) {
  const { text } = await generateText({ model, prompt: question });
  // ruleid: agent-model-output-not-sql--typescript
  return knex.raw(text);
}

server.tool("find", { name: z.string() }, async ({ name }) => {
  // ruleid: agent-model-output-not-sql--typescript
  const rows = await pool.query(`SELECT * FROM users WHERE name = '${name}'`);
  return { content: [{ type: "text", text: JSON.stringify(rows) }] };
});

export async function run(generatedSql: string) {
  // ruleid: agent-model-output-not-sql--typescript
  return sequelize.query(generatedSql);
}

server.tool("findSafe", { name: z.string() }, async ({ name }) => {
  // ok: agent-model-output-not-sql--typescript
  const rows = await pool.query("SELECT * FROM users WHERE name = $1", [name]);
  return { content: [{ type: "text", text: JSON.stringify(rows) }] };
});

export async function tagged(llm: any, question: string) {
  const city = (await llm.invoke(question)).content;
  // ok: agent-model-output-not-sql--typescript
  return prisma.$queryRaw`SELECT * FROM orders WHERE city = ${city}`;
}

export async function checked(llm: any, question: string) {
  const sql = (await llm.invoke(question)).content;
  assertReadOnlySelect(sql);
  // ok: agent-model-output-not-sql--typescript
  return pool.query(sql);
}

export async function constant() {
  // ok: agent-model-output-not-sql--typescript
  return pool.query("SELECT 1");
}

export async function save(llm: any, question: string) {
  const answer = (await llm.invoke(question)).content;
  // ok: agent-model-output-not-sql--typescript
  return pool.query("INSERT INTO answers (body) VALUES ($1)", [answer]);
}
