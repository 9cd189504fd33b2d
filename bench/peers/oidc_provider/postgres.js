// What oidc-provider keeps, in PostgreSQL: one table, and statements that are prepared once.

import pg from 'pg';

export const pool = new pg.Pool({ max: 20 }); // where it is: PGHOST and its like

export async function makeTables() {
  await pool.query(`
    CREATE TABLE IF NOT EXISTS kept (
      model text NOT NULL,
      id text NOT NULL,
      payload jsonb NOT NULL,
      grant_id text,
      expires_at timestamptz,
      consumed_at timestamptz,
      PRIMARY KEY (model, id)
    )`);
}

export class PostgresAdapter {
  constructor(model) {
    this.model = model;
  }

  async upsert(id, payload, expiresIn) {
    const expiresAt = expiresIn ? new Date(Date.now() + expiresIn * 1000) : null;
    await pool.query({
      name: 'upsert',
      text: `INSERT INTO kept (model, id, payload, grant_id, expires_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload,
          grant_id = excluded.grant_id, expires_at = excluded.expires_at`,
      values: [this.model, id, payload, payload.grantId ?? null, expiresAt],
    });
  }

  async find(id) {
    const { rows } = await pool.query({
      name: 'find',
      text: 'SELECT payload, expires_at, consumed_at FROM kept WHERE model = $1 AND id = $2',
      values: [this.model, id],
    });
    const [row] = rows;
    if (!row || (row.expires_at && row.expires_at < new Date())) return undefined;
    return row.consumed_at ? { ...row.payload, consumed: true } : row.payload;
  }

  async consume(id) {
    await pool.query({
      name: 'consume',
      text: 'UPDATE kept SET consumed_at = now() WHERE model = $1 AND id = $2',
      values: [this.model, id],
    });
  }

  async destroy(id) {
    await pool.query({
      name: 'destroy',
      text: 'DELETE FROM kept WHERE model = $1 AND id = $2',
      values: [this.model, id],
    });
  }

  async revokeByGrantId(grantId) {
    await pool.query({
      name: 'revoke',
      text: 'DELETE FROM kept WHERE model = $1 AND grant_id = $2',
      values: [this.model, grantId],
    });
  }
}
