import type { Secret } from '../../lib/secret.ts';
import { StartProblem } from '../../lib/start-problem.ts';
import { MasterKey } from '../../platform/crypto/master-key.ts';
import type { Database } from '../../platform/db/database.ts';
import type { DataFolder } from '../../platform/files/data-folder.ts';
import { masterKeysNeeded } from './key-reads.ts';

export interface MasterKeyDeps {
  readonly db: Database;
  readonly folder: Pick<DataFolder, 'keyPath' | 'readKey' | 'keepKey'>;
}

/**
 * The key that was set, or that of the data folder, which is made if nothing depends on an older one. The folder's lock
 * has to be held.
 * @throws StartProblem secretKeyDamaged, secretKeyMissing, secretKeyWrong
 */
export async function openMasterKey(deps: MasterKeyDeps, given: Secret | undefined): Promise<MasterKey> {
  const { db, folder } = deps;
  const needed = await masterKeysNeeded(db.reader);
  const key = given === undefined ? await ofFolder(deps, needed.length > 0) : MasterKey.parse(given.reveal());
  if (key === undefined) throw new StartProblem('secretKeyDamaged', { file: folder.keyPath });
  if (needed.some((fingerprint) => fingerprint !== key.fingerprint)) {
    const origin = given === undefined ? folder.keyPath : 'BERTH_SECRET_KEY';
    throw new StartProblem('secretKeyWrong', { origin });
  }
  return key;
}

/**
 * The key that was set, or that of the data folder; undefined when there is none yet.
 * @throws StartProblem secretKeyDamaged
 */
export async function findMasterKey(
  folder: Pick<DataFolder, 'keyPath' | 'readKey'>,
  given: Secret | undefined,
): Promise<MasterKey | undefined> {
  const text = given?.reveal() ?? (await folder.readKey());
  if (text === undefined) return undefined;
  const key = MasterKey.parse(text);
  if (key === undefined) throw new StartProblem('secretKeyDamaged', { file: folder.keyPath });
  return key;
}

async function ofFolder({ folder }: MasterKeyDeps, isNeeded: boolean): Promise<MasterKey | undefined> {
  const text = await folder.readKey();
  if (text !== undefined) return MasterKey.parse(text);
  if (isNeeded) throw new StartProblem('secretKeyMissing', { file: folder.keyPath });
  const made = MasterKey.generate();
  await folder.keepKey(made);
  return MasterKey.parse(made);
}
