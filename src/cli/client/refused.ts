import type { AppError } from '../../lib/errors.ts';
import { exitCodes } from '../../lib/start-problem.ts';

/** The server, or the same code without one, said no. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** As HTTP has it. */
  readonly status: number;
  readonly exitCode: number;

  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.exitCode = exitCodeOf(status);
  }
}

function exitCodeOf(status: number): number {
  if (status === 401) return exitCodes.signIn;
  if (status === 403) return exitCodes.permission;
  if (status === 404) return exitCodes.notFound;
  if (status === 409 || status === 412) return exitCodes.conflict;
  if (status === 503 || status === 507) return exitCodes.unreachable;
  return status < 500 ? exitCodes.usage : exitCodes.failed;
}

/** As a server would have answered. */
export function refusedBy(cause: AppError): Refused {
  return new Refused(sentenceOf(cause) ?? cause.message, cause.row.status, { cause });
}

/** What is wrong, and what to do about it. */
export function sentenceOf(error: {
  readonly message?: string;
  readonly detail?: string | undefined;
}): string | undefined {
  const { message, detail } = error;
  return message === undefined || detail === undefined ? message : `${message}; ${detail}`;
}
