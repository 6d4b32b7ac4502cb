import { StartProblem } from '../../../lib/start-problem.ts';
import type { Database } from '../database.ts';
import { findMoveMark, forgetBegunMove } from './move-mark.ts';

/**
 * Keeps a database from being used that was moved away, or that a move has not filled to its end. One that a move was
 * begun from goes on: the next attempt begins anew.
 * @param folder the data folder
 * @throws StartProblem databaseMoved, moveUnfinished
 */
export async function refuseMoved(db: Database, folder: string): Promise<void> {
  const mark = await findMoveMark(db.reader);
  if (mark?.state === 'moved') throw new StartProblem('databaseMoved', { folder, other: mark.other });
  if (mark?.state === 'coming') throw new StartProblem('moveUnfinished');
  if (mark?.state === 'begun') await db.transaction((tx) => forgetBegunMove(tx));
}
