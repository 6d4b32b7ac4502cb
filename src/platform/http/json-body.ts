import { AppError } from '../../lib/errors.ts';

/**
 * The fields of a JSON object that somebody sent, each asked for by its type. What has the wrong one is refused, what
 * nobody asks for does not matter.
 */
export class JsonBody {
  readonly #fields: Readonly<Record<string, unknown>>;

  /** @throws AppError BAD_REQUEST */
  constructor(body: unknown) {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw new AppError('BAD_REQUEST', { message: 'the body must be a JSON object' });
    this.#fields = body as Record<string, unknown>;
  }

  /** @throws AppError BAD_REQUEST */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw new AppError('BAD_REQUEST', { message: `${name} is needed` });
    return value;
  }

  /** @throws AppError BAD_REQUEST */
  optionalText(name: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined || typeof value === 'string') return value;
    throw wrong(name, 'a text');
  }

  /** @throws AppError BAD_REQUEST */
  flag(name: string): boolean {
    const value = this.#value(name);
    if (value === undefined || typeof value === 'boolean') return value ?? false;
    throw wrong(name, 'true or false');
  }

  /** @throws AppError BAD_REQUEST */
  optionalWhole(name: string): number | undefined {
    const value = this.#value(name);
    if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0))
      return value as number | undefined;
    throw wrong(name, 'a whole number, 0 or more');
  }

  #value(name: string): unknown {
    const value = Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
    return value === null ? undefined : value;
  }
}

function wrong(name: string, what: string): AppError {
  return new AppError('BAD_REQUEST', { message: `${name} must be ${what}` });
}
