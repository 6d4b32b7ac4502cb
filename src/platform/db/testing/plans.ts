import { CompiledQuery, type KyselyPlugin, type RootOperationNode, sql } from 'kysely';
import type { Database, Queries } from '../database.ts';

/**
 * The plans of all queries that are built and run by `work`, one text each. On PostgreSQL scans of whole tables and
 * sorting are made dear, as they are where tables are large: what is in a plan all the same has no alternative.
 */
export async function plansOf(db: Database, work: (reader: Queries) => Promise<unknown>): Promise<string[]> {
  const nodes: RootOperationNode[] = [];
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      nodes.push(node);
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  };
  const { reader } = db;
  await work({
    dialect: reader.dialect,
    builder: reader.builder.withPlugin(plugin),
    first: (query, values) => reader.first(query, values),
    all: (query, values) => reader.all(query, values),
    run: (query, values) => reader.run(query, values),
  });
  return db.transaction(async (tx) => {
    const explain = tx.dialect === 'sqlite' ? 'explain query plan' : 'explain';
    if (tx.dialect === 'postgres') {
      for (const way of ['seqscan', 'bitmapscan', 'sort'])
        await sql`set local ${sql.raw(`enable_${way}`)} = off`.execute(tx.builder);
    }
    const plans = [];
    for (const node of nodes) {
      const compiled = tx.builder.getExecutor().compileQuery(node, { queryId: 'plan' });
      const query = CompiledQuery.raw(`${explain} ${compiled.sql}`, [...compiled.parameters]);
      const { rows } = await tx.builder.executeQuery<Record<string, unknown>>(query);
      plans.push(rows.map((row) => String(row['detail'] ?? row['QUERY PLAN'])).join('\n'));
    }
    return plans;
  });
}
