import { Pool } from 'pg'

const pool = new Pool()
const TABLES: Record<string, string> = { notes: 'notes_vectors' }
const ORDERS = new Set(['name', 'created'])

export class VectorStore {
  async search(nodeData: any, vector: number[]) {
    const tableName = nodeData.inputs?.tableName as string
    // ruleid: web-sql-parameterised--named-outside
    return pool.query(`SELECT id, text FROM ${tableName} ORDER BY embedding <-> $1 LIMIT 4`, [vector])
  }

  async known(nodeData: any, vector: number[]) {
    const tableName = TABLES[nodeData.inputs?.table as string]
    // ok: web-sql-parameterised--named-outside
    return pool.query(`SELECT id, text FROM ${tableName} ORDER BY embedding <-> $1 LIMIT 4`, [vector])
  }
}

router.get('/rows', async (req, res) => {
  // ruleid: web-sql-parameterised--named-outside, web-sql-parameterised--typescript
  res.json(await pool.query(`SELECT * FROM rows ORDER BY ${req.query.order}`))
})

router.get('/rows/known', async (req, res) => {
  const tableName = req.query.table
  if (!ORDERS.has(tableName)) return res.status(400).end()
  // ok: web-sql-parameterised--named-outside
  const rows = await pool.query(`SELECT * FROM ${tableName}`)
  res.json(rows)
})

router.get('/rows/fixed', async (req, res) => {
  const table = 'rows'
  // ok: web-sql-parameterised--named-outside
  res.json(await pool.query(`SELECT * FROM ${table} WHERE id = $1`, [req.query.id]))
})
