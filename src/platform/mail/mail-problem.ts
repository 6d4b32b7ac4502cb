/** Why a message was not taken. Its text may be shown to who asked for it: no name of the server, no secret. */
export class MailProblem extends Error {
  override readonly name = 'MailProblem';
  /** The reply of the server; null: there was none. */
  readonly status: number | null;
  readonly answer: string;
  /** A later attempt may do better. */
  readonly again: boolean;

  constructor(
    message: string,
    of: { readonly status?: number | null; readonly answer?: string; readonly again: boolean },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.status = of.status ?? null;
    this.answer = of.answer ?? '';
    this.again = of.again;
  }
}
