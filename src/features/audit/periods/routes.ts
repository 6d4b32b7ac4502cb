import { AppError } from '../../../lib/errors.ts';
import { answerLines } from '../../../platform/http/answer-lines.ts';
import { JsonBody } from '../../../platform/http/json-body.ts';
import { contextOf } from '../../../platform/http/request-context.ts';
import type { Routes } from '../../../platform/http/server.ts';
import type { AuditCheck, AuditProgress, AuditProof } from './verify-audit-log.ts';

/** For the admin socket only. The answer comes as lines: all events are read. */
export function proofRoutes(
  verify: (check: AuditCheck) => Promise<AuditProof>,
  stopping: AbortSignal,
): Routes {
  return (server) => {
    server.post('/audit/verify', ({ raw, body }, reply) => {
      contextOf(raw).route = '/audit/verify';
      const fields = new JsonBody(body);
      const [number, hash] = [fields.optionalWhole('number'), fields.optionalText('hash')];
      if ((number === undefined) !== (hash === undefined))
        throw new AppError('BAD_REQUEST', { message: 'a known period has a number and a hash' });
      const known = number === undefined || hash === undefined ? undefined : { number, hash };
      return answerLines<AuditProgress, AuditProof>(reply, stopping, ({ tell, signal }) =>
        verify({ known, onProgress: tell, signal }),
      );
    });
  };
}
