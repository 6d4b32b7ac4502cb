import { StartProblem } from '../../../lib/start-problem.ts';
import { UnusableServer } from './unusable-server.ts';

/** What Node and OpenSSL call a certificate that does not do, or a handshake that failed. */
const tlsCode = /^(?:ERR_(?:TLS|SSL|OSSL)_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|INVALID_CA|EPROTO$)/;

/** The sentence for a database that cannot be worked on; undefined for all else. Imports no driver. */
export function postgresStartProblem(error: unknown): StartProblem | undefined {
  if (!(error instanceof Error)) return undefined;
  const options = { cause: error };
  if (error instanceof UnusableServer) return unusable(error);
  const cause = error.message;
  const code = 'code' in error ? String(error.code) : '';
  if (code.startsWith('28')) return new StartProblem('databaseLoginRefused', { cause }, options);
  if (code === '3D000') return new StartProblem('databaseUnknown', { cause }, options);
  if (code === '42501' || code === '3F000')
    return new StartProblem('databaseRightsMissing', { cause }, options);
  if (tlsCode.test(code) || /does not support SSL|establishing an SSL connection/.test(cause))
    return new StartProblem('databaseTlsFailed', { cause }, options);
  return undefined;
}

function unusable(error: UnusableServer): StartProblem {
  const options = { cause: error };
  switch (error.reason) {
    case 'readOnly':
      return new StartProblem('databaseReadOnly', {}, options);
    case 'tooOld':
      return new StartProblem('databaseTooOld', { version: error.found }, options);
    case 'passwordNeeded':
      return new StartProblem('databaseLoginRefused', { cause: error.message }, options);
    case 'foreignTables':
      return new StartProblem('databaseOfAnother', { tables: error.found }, options);
  }
}
