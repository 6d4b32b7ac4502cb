import { AppError } from '../../lib/errors.ts';
import { type ParsedName, readRepositoryName } from '../../lib/oci/repository-name.ts';
import type { Database } from '../../platform/db/database.ts';
import type { ApiAnswer, ApiCall, Body, Parameters } from '../../platform/http/api/api-route.ts';
import { findCurrentName, findReservedProject } from './former-name-reads.ts';

type Call = ApiCall<Parameters, Body | undefined>;

export interface ProjectReference {
  readonly text: string;
  /** Undefined: it is a name. */
  readonly id: number | undefined;
}

/**
 * What looks like a whole number is an id, unless the header or the path says that it is a name.
 * @throws AppError BAD_REQUEST
 */
export function projectReference({ parameters }: Pick<Call, 'parameters'>): ProjectReference {
  const only = parameters['project_name'];
  const text = String(only ?? parameters['project_name_or_id']);
  if (text.includes(' ')) throw new AppError('BAD_REQUEST', { message: 'a project name has no spaces' });
  const isName = only !== undefined || parameters['X-Is-Resource-Name'] === true || !/^\d{1,19}$/.test(text);
  return { text, id: isName ? undefined : Number(text) };
}

/** @throws AppError BAD_REQUEST */
export function repositoryOf(parameters: Call['parameters']): ParsedName {
  const name = decodeAgain(String(parameters['repository_name']));
  const parsed = readRepositoryName(`${String(parameters['project_name'])}/${name}`, '');
  if (parsed !== undefined) return parsed;
  throw new AppError('BAD_REQUEST', { message: `invalid repository name: ${name.slice(0, 255)}` });
}

/** Clients encode the slashes of a repository's name twice. */
function decodeAgain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/**
 * A read that finds nothing by its name is answered by the name of now, where that is an earlier one, with the rights
 * that count there. Whoever is not admitted there gets the answer of the old name. Names are looked up behind a refusal
 * only, so that other requests do not pay for it.
 * @param admit finds out whether the caller may, and gives what is to be run then
 */
export async function byNameOfNow(
  deps: { readonly db: Database },
  call: Call,
  admit: (call: Call) => Promise<() => Promise<ApiAnswer>>,
): Promise<ApiAnswer> {
  try {
    return await (await admit(call))();
  } catch (error) {
    if (call.method !== 'GET' || !isMiss(error)) throw error;
    const parameters = await parametersOfNow(deps, call);
    if (parameters === undefined) throw error;
    const run = await admit({ ...call, parameters }).catch((other: unknown) => {
      throw isMiss(other) ? error : other;
    });
    return run();
  }
}

function isMiss(error: unknown): boolean {
  return error instanceof AppError && [401, 403, 404].includes(error.row.status);
}

async function parametersOfNow(
  deps: { readonly db: Database },
  { parameters }: Call,
): Promise<Call['parameters'] | undefined> {
  if (parameters['repository_name'] !== undefined) {
    const current = await findCurrentName(deps, repositoryOf(parameters));
    if (current === undefined) return undefined;
    const { project, path } = current.name;
    return { ...parameters, project_name: project, repository_name: path };
  }
  const { text: name, id } = projectReference({ parameters });
  if (id !== undefined || !/^[a-z0-9._-]{1,255}$/.test(name)) return undefined;
  const reserved = await findReservedProject(deps.db.reader, { name, now: await deps.db.now() });
  if (reserved === undefined) return undefined;
  return parameters['project_name'] === undefined
    ? { ...parameters, project_name_or_id: reserved.name, 'X-Is-Resource-Name': true }
    : { ...parameters, project_name: reserved.name };
}
