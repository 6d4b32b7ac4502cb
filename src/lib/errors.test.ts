import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError, type ErrorCode, type ErrorRow, errorTable } from './errors.ts';

/**
 * Every code that a client of the distribution API may meet, with the statuses it may come with:
 * distribution-spec, "Error Codes" and the failures of its endpoints, then what Docker's registry adds.
 */
const statusesOf: Readonly<Record<string, readonly number[]>> = {
  BLOB_UNKNOWN: [404],
  // The specification sets no status; Docker's registry sends 404, which would make clients start again.
  BLOB_UPLOAD_INVALID: [400],
  BLOB_UPLOAD_UNKNOWN: [404],
  DIGEST_INVALID: [400],
  MANIFEST_BLOB_UNKNOWN: [400],
  // 413 is the specification's answer to a manifest over the limit.
  MANIFEST_INVALID: [400, 413],
  MANIFEST_UNKNOWN: [404],
  NAME_INVALID: [400],
  NAME_UNKNOWN: [404],
  SIZE_INVALID: [400],
  UNAUTHORIZED: [401],
  // 426: in plain HTTP where others are encrypted (RFC 9110, 15.5.22).
  DENIED: [403, 426],
  // 404: an address that no operation has.
  UNSUPPORTED: [405, 404],
  TOOMANYREQUESTS: [429],

  // 414: more tags than one push makes.
  TAG_INVALID: [400, 414],
  MANIFEST_UNVERIFIED: [400],
  // RFC 9110, for conditional headers: no registry has a code for it.
  PRECONDITION_FAILED: [412],
  RANGE_INVALID: [416],
  PAGINATION_NUMBER_INVALID: [400],
  // 507 tells an operator more, and is for clients the same as any 5xx.
  UNAVAILABLE: [503, 507],
  UNKNOWN: [500],
  // No code of the distribution API: what is no HTTP request, and addresses outside it, where Harbor's clients know it.
  BAD_REQUEST: [400, 408, 417, 431],
};

/** Rows for addresses outside the distribution API, with the code that Harbor's clients know. */
const harborOnly: Readonly<Record<string, readonly number[]>> = {
  // What is no proper request has no code of its own.
  BAD_REQUEST: [400, 408, 417, 431],
  NOT_FOUND: [404],
  NOT_ACCEPTABLE: [406],
  CONFLICT: [409],
  PRECONDITION: [412],
  VIOLATE_FOREIGN_KEY_CONSTRAINT: [412],
  REQUEST_ENTITY_TOO_LARGE: [413],
  UNSUPPORTED_MEDIA_TYPE: [415],
  UNPROCESSABLE_ENTITY: [422],
};

const rows = Object.entries<ErrorRow>(errorTable);

test('every row has a code of the distribution API and the status that goes with it', () => {
  for (const [name, row] of rows) {
    if (row.oci in harborOnly) assert.ok(harborOnly[row.oci]?.includes(row.status), name);
    else
      assert.ok(
        statusesOf[row.oci]?.includes(row.status),
        `${name} is ${row.status} ${row.oci}, allowed: ${statusesOf[row.oci]?.join(', ') ?? 'no such code'}`,
      );
  }
});

test('every code that the specification names can be thrown', () => {
  const used = new Set(rows.map(([, row]) => row.oci));
  // Signed schema 1 manifests, the only ones that can fail that way, are not accepted at all.
  const missing = Object.keys(statusesOf).filter((code) => !used.has(code));
  assert.deepEqual(missing, ['MANIFEST_UNVERIFIED']);
});

test("what goes wrong on Harbor's API has the code that its clients know for that status", () => {
  const codeOf = (code: ErrorCode): string => errorTable[code].harbor;
  assert.deepEqual(
    (
      [
        'UNAUTHORIZED',
        'DENIED',
        'ADDRESS_UNKNOWN',
        'UNSUPPORTED',
        'NAME_INVALID',
        'TOO_MANY_REQUESTS',
        'INTERNAL',
      ] as const
    ).map(codeOf),
    [
      'UNAUTHORIZED',
      'FORBIDDEN',
      'NOT_FOUND',
      'METHOD_NOT_ALLOWED',
      'BAD_REQUEST',
      'TOO_MANY_REQUEST',
      'UNKNOWN',
    ],
  );
  for (const [, row] of rows) if (row.oci in harborOnly) assert.equal(row.harbor, row.oci);
});

test('a row called like a code of the API is that code', () => {
  for (const [name, row] of rows) if (name in statusesOf || name in harborOnly) assert.equal(row.oci, name);
});

test('only failures that an operator has to look at are logged above info', () => {
  for (const [name, row] of rows) assert.equal(row.level === 'info', row.status < 500, name);
});

test('every row has a sentence of its own that does not end like one', () => {
  const messages = rows.map(([, row]) => row.message);
  assert.equal(new Set(messages).size, messages.length);
  for (const message of messages) assert.match(message, /^\S.{10,}[^.\s]$/);
});

test('an error takes the message of its row until it is given a better one', () => {
  assert.equal(new AppError('TAG_INVALID').message, errorTable.TAG_INVALID.message);
  assert.equal(new AppError('TAG_INVALID', { message: '"!" is not a tag' }).message, '"!" is not a tag');
});

test('an error carries its row, its detail, its headers and its cause', () => {
  const cause = new Error('disk');
  const error = new AppError('RANGE_INVALID', { detail: 'ask', headers: { Range: '0-41' } }, { cause });
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'AppError');
  assert.equal(error.code, 'RANGE_INVALID');
  assert.equal(error.row, errorTable.RANGE_INVALID);
  assert.equal(error.detail, 'ask');
  assert.deepEqual(error.headers, { Range: '0-41' });
  assert.equal(error.cause, cause);
});

test('an error that was told nothing has no detail, no headers and no cause', () => {
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const error = new AppError(code);
    assert.equal(error.row, errorTable[code]);
    assert.equal(error.detail, undefined);
    assert.deepEqual(error.headers, {});
    assert.equal('cause' in error, false);
  }
});
