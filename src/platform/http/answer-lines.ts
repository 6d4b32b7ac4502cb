import { PassThrough } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { contextOf } from './request-context.ts';
import { asAppError } from './server.ts';

/**
 * Answers with lines of JSON while work goes on: `{"progress":…}` as often as it tells, and at the end `{"result":…}`,
 * or `{"error":{"message":…,"detail":…,"status":…}}` since the status has been sent by then.
 * @param stopping ends the work, as a client does that goes away
 */
export function answerLines<P, T>(
  reply: FastifyReply,
  stopping: AbortSignal,
  work: (call: { readonly tell: (progress: P) => void; readonly signal: AbortSignal }) => Promise<T>,
): FastifyReply {
  const lines = new PassThrough();
  const gone = new AbortController();
  lines.once('close', () => gone.abort());
  const write = (line: object): void => {
    if (lines.writable) lines.write(`${JSON.stringify(line)}\n`);
  };
  const tell = (progress: P): void => write({ progress });
  const signal = AbortSignal.any([stopping, gone.signal]);
  const done = work({ tell, signal }).then(
    (result) => write({ result }),
    (error: unknown) => {
      contextOf(reply.request.raw).error = error;
      const { message, detail, row } = asAppError(error);
      write({ error: { message, detail, status: row.status } });
    },
  );
  void done.finally(() => lines.end());
  return reply.type('application/x-ndjson').send(lines);
}
