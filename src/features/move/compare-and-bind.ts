import { StartProblem } from '../../lib/start-problem.ts';
import { compareRows, type RowDifference } from '../../platform/db/move/compare-rows.ts';
import type { NewIdentity } from '../../platform/db/postgres/move-target.ts';
import type { RowDeps } from './copy-rows.ts';

const tellEveryRows = 1000;

/**
 * Reads all rows of both databases and gives the target its identity when they are the same.
 * @param beforeBinding the last moment at which nothing has changed for the source
 * @throws StartProblem moveDiffers, moveRowMissing, moveRowAdded
 */
export async function compareAndBind(
  deps: RowDeps,
  identity: NewIdentity,
  beforeBinding: () => Promise<void>,
): Promise<void> {
  const { source, target, totalRows, onProgress } = deps;
  let rows = 0;
  const tell = (): void => onProgress({ phase: 'compare', rows, totalRows, firstRows: 0 });
  await target.finish(source.tables, identity, async (rowsOf) => {
    for (const table of source.tables) {
      tell();
      const difference = await compareRows(table, source.pages(table, null), rowsOf(table), (count) => {
        rows += count;
        if (rows % tellEveryRows !== 0) return;
        deps.requireGoingOn();
        tell();
      });
      if (difference !== undefined) throw problemOf(difference, deps.to);
    }
    deps.requireGoingOn();
    await beforeBinding();
  });
  tell();
}

function problemOf({ table, key, what }: RowDifference, to: string): StartProblem {
  if (what === 'missing') return new StartProblem('moveRowMissing', { table, key, to });
  if (what === 'added') return new StartProblem('moveRowAdded', { table, key, to });
  return new StartProblem('moveDiffers', { table, key, to, columns: what.join(', ') });
}
