import { AppError } from '../../../lib/errors.ts';

/** Serialisation failure, deadlock, and a primary that has just become read-only. */
export const retriedCodes: ReadonlySet<string> = new Set(['40001', '40P01', '25006']);

export function postgresCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/**
 * Class 08 and 57 of SQLSTATE, a transaction that was ended because it stood still, a broken socket, or the driver's own
 * words for one.
 */
export function isConnectionError(error: unknown): boolean {
  const code = postgresCode(error);
  if (code !== undefined) return /^(08|57|25P03)/.test(code) || /^E[A-Z_]+$/.test(code);
  return (
    error instanceof Error &&
    /connection|timeout|not queryable/i.test(error.message) &&
    !(error instanceof AppError)
  );
}

export function translatePostgres(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = postgresCode(error);
  if (code === '53100')
    return new AppError('STORAGE_FULL', { message: 'the disk of the database is full' }, { cause: error });
  // Refused before it was asked: no right to connect, no such database, too many connections.
  if (isConnectionError(error) || /^(28|3D|53)/.test(code ?? '') || retriedCodes.has(code ?? '')) {
    return new AppError('DATABASE_UNAVAILABLE', {}, { cause: error });
  }
  return error;
}

/** Broken, as opposed to silent: nobody waits for a second silence. */
export function isLostConnection(error: unknown): boolean {
  return isConnectionError(error) && !(error instanceof Error && /timeout/i.test(error.message));
}
