import type { AppError } from '../../lib/errors.ts';

/** The body of a refusal: the OCI form (distribution-spec, "Error Codes") and the request's id. */
export function errorBody(error: AppError, requestId: string): string {
  const { oci: code } = error.row;
  const one =
    error.detail === undefined
      ? { code, message: error.message }
      : { code, message: error.message, detail: error.detail };
  return JSON.stringify({ errors: [one], requestId });
}

/** With the value `true`: at Harbor's addresses, too, a refusal has what Harbor's form does not, its `because`. */
export const becauseHeader = 'X-Berth-Because';

/**
 * Harbor's form: code and message, nothing else, and a newline; at Berth's own addresses also what to do and why, for
 * programs.
 */
export function harborErrorBody(
  { row, message, detail, because }: AppError,
  to: { readonly own: boolean; readonly because: boolean },
): string {
  const one = {
    code: row.harbor,
    message,
    ...(to.own && detail !== undefined ? { detail } : {}),
    ...((to.own || to.because) && because !== undefined ? { because } : {}),
  };
  return `${JSON.stringify({ errors: [one] })}\n`;
}

/** Headers that belong to the kind of failure. */
export function errorHeaders(error: AppError): Record<string, string> {
  const { status } = error.row;
  const retry: Record<string, string> = status === 503 || status === 507 ? { 'Retry-After': '5' } : {};
  return { ...retry, ...error.headers };
}
