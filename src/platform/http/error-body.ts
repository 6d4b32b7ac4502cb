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

/** Harbor's form: code and message, nothing else, and a newline; at Berth's own addresses also what to do. */
export function harborErrorBody(error: AppError, own: boolean): string {
  const detail = own && error.detail !== undefined ? { detail: error.detail } : {};
  return `${JSON.stringify({ errors: [{ code: error.row.harbor, message: error.message, ...detail }] })}\n`;
}

/** Headers that belong to the kind of failure. */
export function errorHeaders(error: AppError): Record<string, string> {
  const { status } = error.row;
  const retry: Record<string, string> = status === 503 || status === 507 ? { 'Retry-After': '5' } : {};
  return { ...retry, ...error.headers };
}
