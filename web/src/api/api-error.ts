import { type Because, readBecause } from './because/because.ts';

/** A refusal of the server, in its own words; status 0: it was not reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  /** What to do about it, where the server says so. */
  readonly detail: string | undefined;
  readonly because: Because | undefined;
  readonly requestId: string | undefined;
  readonly at = Date.now();

  constructor(given: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly detail?: string | undefined;
    readonly because?: Because | undefined;
    readonly requestId?: string | undefined;
  }) {
    super(given.message);
    this.status = given.status;
    this.code = given.code;
    this.detail = given.detail;
    this.because = given.because;
    this.requestId = given.requestId;
  }
}

interface Refusal {
  readonly errors?: readonly {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly detail?: unknown;
    readonly because?: unknown;
  }[];
}

/** Whatever came back, also what a proxy in front made of it. */
export function readRefusal(status: number, body: string, requestId: string | undefined): ApiError {
  const first = parsed(body)?.errors?.[0];
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' && value !== '' ? value : undefined;
  return new ApiError({
    status,
    code: text(first?.code) ?? 'UNKNOWN',
    message: text(first?.message) ?? `HTTP ${status}`,
    detail: text(first?.detail),
    because: readBecause(first?.because),
    requestId,
  });
}

function parsed(body: string): Refusal | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
