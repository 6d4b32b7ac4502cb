import { AppError } from '../../lib/errors.ts';
import { answerLines } from '../../platform/http/answer-lines.ts';
import { JsonBody } from '../../platform/http/json-body.ts';
import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import type { VerifyDeps } from './judge-blob.ts';
import type { VerifyReport } from './verify-report.ts';
import { type VerifyProgress, verifyStorage } from './verify-storage.ts';

/** For the admin socket only. The answer comes as lines, since it may take hours. */
export function verifyRoutes(deps: VerifyDeps, stopping: AbortSignal): Routes {
  return (server) => {
    server.post('/verify/storage', ({ raw, body }, reply) => {
      contextOf(raw).route = '/verify/storage';
      const fields = new JsonBody(body);
      const repair = fields.flag('repair');
      const hashShare = shareOf(fields.optionalText('hashShare') ?? '0');
      return answerLines<VerifyProgress, VerifyReport>(reply, stopping, ({ tell, signal }) =>
        verifyStorage(deps, { hashShare, repair, gently: true, onProgress: tell, signal }),
      );
    });
  };
}

/** @throws AppError BAD_REQUEST */
function shareOf(text: string): number {
  const share = Number(text);
  if (share >= 0 && share <= 1) return share;
  throw new AppError('BAD_REQUEST', { message: 'hashShare must be a number from 0 to 1' });
}
