import { AppError } from '../../lib/errors.ts';
import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import type { BackupInput, BackupReport } from './backup-database.ts';

/** Below the admin socket. */
export function backupRoutes(backUp: (input: BackupInput) => Promise<BackupReport>): Routes {
  return (server) => {
    server.post('/backup/db', async (request) => {
      contextOf(request.raw).route = '/backup/db';
      return backUp(parseInput(request.body));
    });
  };
}

function parseInput(body: unknown): BackupInput {
  const { file, force } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof file !== 'string' || !file.startsWith('/') || typeof force !== 'boolean')
    throw new AppError('BAD_REQUEST', {
      message: 'a backup needs an absolute file and whether to replace it',
    });
  return { file, force };
}
