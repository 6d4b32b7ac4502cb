import assert from 'node:assert/strict';
import { type Answer, expectStatus, type RegistryClient } from './registry-client.ts';

export interface ProjectBody {
  readonly project_name?: unknown;
  readonly metadata?: unknown;
  readonly [name: string]: unknown;
}

export const projects = '/api/v2.0/projects';

export function sendJson(
  client: RegistryClient,
  method: 'POST' | 'PUT',
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const all = { 'Content-Type': 'application/json', ...headers };
  return client.call(method, path, { headers: all, body: JSON.stringify(body) });
}

/** Returns its id. */
export async function makeProject(
  client: RegistryClient,
  name: string,
  metadata: Readonly<Record<string, string>> = {},
): Promise<number> {
  const answer = await sendJson(client, 'POST', projects, { project_name: name, metadata });
  expectStatus(answer, 201);
  const [, id] = /^\/api\/v2\.0\/projects\/(\d+)$/.exec(String(answer.headers.location)) ?? [];
  return Number(id);
}

export function jsonOf<T>(answer: Answer, status = 200): T {
  expectStatus(answer, status);
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  return JSON.parse(answer.body.toString()) as T;
}

/** The refusal in Harbor's form: one error of code and message; Berth's own addresses say what to do and why, too. */
export function expectRefusal(answer: Answer, status: number, code: string): string {
  const text = answer.body.toString();
  const body = jsonOf<{ errors: { code: string; message: string; detail?: unknown; because?: unknown }[] }>(
    answer,
    status,
  );
  assert.ok(text.endsWith('\n'));
  assert.equal(Number(answer.headers['content-length']), answer.body.length);
  assert.equal(answer.headers['www-authenticate'], undefined);
  assert.ok(String(answer.headers['x-request-id']).length > 0);
  assert.deepEqual(Object.keys(body), ['errors']);
  assert.equal(body.errors.length, 1);
  const [error] = body.errors;
  const { detail, because: _, ...harbors } = error ?? {};
  assert.deepEqual(Object.keys(harbors), ['code', 'message']);
  assert.ok(detail === undefined || typeof detail === 'string');
  assert.equal(error?.code, code);
  return error?.message ?? '';
}
