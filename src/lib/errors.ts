import type { Because } from './because.ts';

/** Who has to act decides the status: the client 4xx, the operator 503 or 507, we ourselves 500. */
export interface ErrorRow {
  readonly status: number;
  /** Code in an OCI error body; distribution-spec, "Error Codes", and distribution's own extensions. */
  readonly oci: string;
  /** Code in Harbor's error body, which says less of what went wrong and more of what kind it is. */
  readonly harbor: string;
  /** Used when the place that throws has nothing better to say. */
  readonly message: string;
  /** Level of the log line of a request that ends this way. */
  readonly level: 'info' | 'warn' | 'error';
}

/** Codes of Harbor's that are not the OCI ones, by what they are for in the distribution API. */
const harborCodes: Readonly<Record<string, string>> = {
  DENIED: 'FORBIDDEN',
  NAME_INVALID: 'BAD_REQUEST',
  NAME_UNKNOWN: 'NOT_FOUND',
  TOOMANYREQUESTS: 'TOO_MANY_REQUEST',
};

export const errorTable = {
  BLOB_UNKNOWN: row(404, 'BLOB_UNKNOWN', 'blob unknown to this repository'),
  BLOB_UPLOAD_UNKNOWN: row(404, 'BLOB_UPLOAD_UNKNOWN', 'there is no such upload; start a new one'),
  BLOB_UPLOAD_INVALID: row(400, 'BLOB_UPLOAD_INVALID', 'the upload request is malformed'),
  DIGEST_INVALID: row(400, 'DIGEST_INVALID', 'the digest is malformed or does not match the content'),
  MANIFEST_BLOB_UNKNOWN: row(
    400,
    'MANIFEST_BLOB_UNKNOWN',
    'the manifest refers to content this repository does not hold',
  ),
  MANIFEST_INVALID: row(400, 'MANIFEST_INVALID', 'the manifest is invalid'),
  MANIFEST_TOO_LARGE: row(413, 'MANIFEST_INVALID', 'the manifest is larger than 4 MiB'),
  MANIFEST_UNKNOWN: row(404, 'MANIFEST_UNKNOWN', 'manifest unknown to this repository'),
  NAME_INVALID: row(400, 'NAME_INVALID', 'the repository name is invalid'),
  NAME_UNKNOWN: row(404, 'NAME_UNKNOWN', 'repository name not known to registry'),
  PAGINATION_NUMBER_INVALID: row(400, 'PAGINATION_NUMBER_INVALID', 'n must be a whole number, 0 or more'),
  PRECONDITION_FAILED: row(412, 'PRECONDITION_FAILED', 'the tag was changed meanwhile'),
  QUOTA_EXCEEDED: { ...row(403, 'DENIED', 'the project would exceed its storage limit'), harbor: 'DENIED' },
  ACCESSORY_COPY: { ...row(403, 'DENIED', 'what is about an artifact is copied with it'), harbor: 'DENIED' },
  RANGE_INVALID: row(416, 'RANGE_INVALID', 'the range cannot be satisfied'),
  SIZE_INVALID: row(400, 'SIZE_INVALID', 'the size announced does not match the content'),
  TAG_INVALID: row(400, 'TAG_INVALID', 'the tag is invalid'),
  TOO_MANY_TAGS: row(414, 'TAG_INVALID', 'the request names too many tags at once'),
  TOO_MANY_REQUESTS: row(429, 'TOOMANYREQUESTS', 'too many requests at once; try again shortly'),
  UNAUTHORIZED: row(401, 'UNAUTHORIZED', 'authentication required'),
  TOKEN_INVALID: row(401, 'UNAUTHORIZED', 'the token has expired or is not valid'),
  DENIED: row(403, 'DENIED', 'this account may not do that'),
  READ_ONLY: {
    ...row(403, 'DENIED', 'nothing can be changed: the system is in read-only mode'),
    harbor: 'DENIED',
  },
  UNSUPPORTED: row(405, 'UNSUPPORTED', 'this registry does not support that operation'),
  ADDRESS_UNKNOWN: row(404, 'UNSUPPORTED', 'this registry has nothing at this address'),
  BAD_REQUEST: row(400, 'BAD_REQUEST', 'the request is invalid'),
  HEADERS_TOO_LARGE: row(431, 'BAD_REQUEST', 'the headers are too large or too many'),
  HEADERS_TOO_SLOW: row(408, 'BAD_REQUEST', 'the headers did not arrive in time'),
  EXPECTATION_UNKNOWN: row(417, 'BAD_REQUEST', 'the only expectation that can be met is 100-continue'),
  NOT_FOUND: row(404, 'NOT_FOUND', 'there is no such thing'),
  NOT_ACCEPTABLE: row(406, 'NOT_ACCEPTABLE', 'the answer has none of the types that were asked for'),
  CONFLICT: row(409, 'CONFLICT', 'something of that name exists already'),
  PRECONDITION: row(412, 'PRECONDITION', 'this cannot be done as things are'),
  NOT_A_ROBOT: row(412, 'PRECONDITION', 'that is only for robot accounts'),
  NOT_A_USER: row(412, 'PRECONDITION', 'that is only for users'),
  LAST_ADMIN: row(412, 'PRECONDITION', 'this is the last administrator who can sign in'),
  TAG_IMMUTABLE: row(412, 'PRECONDITION', 'a rule of the project keeps this tag as it is'),
  ARTIFACT_IN_USE: row(412, 'VIOLATE_FOREIGN_KEY_CONSTRAINT', 'another artifact needs this one'),
  REGISTRATION_CLOSED: row(412, 'PRECONDITION', 'accounts are made by administrators only'),
  PROJECT_NOT_EMPTY: row(412, 'PRECONDITION', 'the project contains repositories'),
  BODY_TOO_LARGE: row(413, 'REQUEST_ENTITY_TOO_LARGE', 'the body is larger than 1 MiB'),
  CONTENT_TOO_LARGE: row(413, 'REQUEST_ENTITY_TOO_LARGE', 'this is too large to be shown'),
  UNSUPPORTED_MEDIA_TYPE: row(415, 'UNSUPPORTED_MEDIA_TYPE', 'the body is not of a type that is taken here'),
  TLS_REQUIRED: row(426, 'DENIED', 'this registry is to be reached over HTTPS'),
  UNPROCESSABLE: row(422, 'UNPROCESSABLE_ENTITY', 'the request does not fit its description'),
  BLOB_BUSY: row(503, 'UNAVAILABLE', 'this content is being deleted; try again shortly', 'warn'),
  DATABASE_UNAVAILABLE: row(503, 'UNAVAILABLE', 'the database does not answer', 'error'),
  STORAGE_UNAVAILABLE: row(503, 'UNAVAILABLE', 'the storage does not answer', 'error'),
  STORAGE_FULL: row(507, 'UNAVAILABLE', 'the storage is full', 'error'),
  INTERNAL: row(500, 'UNKNOWN', 'something went wrong in the registry; the log has the cause', 'error'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

function row(status: number, oci: string, message: string, level: ErrorRow['level'] = 'info'): ErrorRow {
  // Two things of the distribution API, an address and a method, share one code.
  const unsupported = status === 404 ? 'NOT_FOUND' : 'METHOD_NOT_ALLOWED';
  const harbor = oci === 'UNSUPPORTED' ? unsupported : (harborCodes[oci] ?? oci);
  return { status, oci, harbor, message, level };
}

export interface ErrorDetail {
  /** One sentence: what, why. Takes the place of the table's. */
  readonly message?: string;
  /** What to do about it; Docker prints it only when it is a string. */
  readonly detail?: string;
  /** The same for programs, where the console tells it in other languages. */
  readonly because?: Because;
  /** Response headers that belong to the failure, such as the true `Range` of an upload. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly challenge?: Challenge;
  /** Its cause is in the log already, once for all who meet it. */
  readonly logged?: true;
}

/** What a 401 tells a client beside where tokens are had (RFC 6750 §3). */
export interface Challenge {
  readonly error?: 'invalid_token' | 'insufficient_scope';
}

/** A failure that a client is shown. Everything else that is thrown becomes INTERNAL at the edge. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly because: Because | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly challenge: Challenge;
  readonly logged: boolean;

  constructor(code: ErrorCode, detail: ErrorDetail = {}, options?: ErrorOptions) {
    super(detail.message ?? errorTable[code].message, options);
    this.code = code;
    this.detail = detail.detail;
    this.because = detail.because;
    this.headers = detail.headers ?? {};
    this.challenge = detail.challenge ?? (code === 'TOKEN_INVALID' ? { error: 'invalid_token' } : {});
    this.logged = detail.logged ?? false;
  }

  get row(): ErrorRow {
    return errorTable[this.code];
  }
}

/** The database does not answer, so nothing is known of what was asked for. */
export function isDatabaseAway(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'DATABASE_UNAVAILABLE';
}

export function isLogged(error: unknown): boolean {
  return error instanceof AppError && error.logged;
}
