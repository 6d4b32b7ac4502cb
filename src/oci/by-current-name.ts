import type { Caller } from '../access/caller.ts';
import { type CurrentName, findCurrentName } from '../access/names/former-name-reads.ts';
import { mayPull, visibleProjectId } from '../access/resolve-and-require.ts';
import type { ScopeAction } from '../access/tokens/parse-scopes.ts';
import { AppError, type ErrorCode } from '../lib/errors.ts';
import type { ParsedName } from '../lib/oci/repository-name.ts';
import type { Database } from '../platform/db/database.ts';

interface By {
  readonly name: ParsedName;
  readonly caller: Caller;
}

/** What is answered where nothing is that the caller may see, or where a name is kept free. */
const misses: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NAME_UNKNOWN',
  'MANIFEST_UNKNOWN',
  'BLOB_UNKNOWN',
  'BLOB_UPLOAD_UNKNOWN',
  'UNAUTHORIZED',
  'TOKEN_INVALID',
  'DENIED',
  'CONFLICT',
]);

/**
 * A pull that finds nothing by its name is served by the name of now, where that is an earlier one, with the rights that
 * count there. Whoever may not know of the new place gets the answer of the old one. A push to an earlier name is told
 * the new one. Names are looked up behind a refusal only, so that other requests do not pay for it.
 */
export async function byCurrentName(
  deps: { readonly db: Database },
  { needs, name, caller }: By & { readonly needs: ScopeAction },
  run: (by: By) => Promise<void>,
): Promise<void> {
  try {
    await run({ name, caller });
  } catch (error) {
    if (!(error instanceof AppError) || !misses.has(error.code)) throw error;
    const current = await findCurrentName(deps, name);
    if (current === undefined) throw error;
    // What the client wrote stays in lists, links and refusals.
    const there = { ...current.name, clientForm: name.clientForm };
    if (needs === 'pull') await pull(error, { name: there, caller: asksFor(caller, name, current) }, run);
    else throw await pushRefusal(deps, { error, name, caller, current });
  }
}

/** The repository that was called so before, for a mount from it. Undefined: there is none that the caller may pull from. */
export async function pullableByEarlierName(
  deps: { readonly db: Database },
  caller: Caller,
  name: ParsedName,
): Promise<ParsedName | undefined> {
  const current = await findCurrentName(deps, name);
  if (current === undefined) return undefined;
  return (await mayPull(deps, asksFor(caller, name, current), current.name)) ? current.name : undefined;
}

async function pull(first: AppError, by: By, run: (by: By) => Promise<void>): Promise<void> {
  try {
    await run(by);
  } catch (error) {
    const hidden = error instanceof AppError && (error.code === 'NAME_UNKNOWN' || error.row.status === 401);
    throw hidden ? first : error;
  }
}

/** A token that was asked for the earlier name is good for the repository that had it. */
function asksFor(caller: Caller, { fullName }: ParsedName, current: CurrentName): Caller {
  const { token } = caller;
  if (token === undefined) return caller;
  const access = token.access.flatMap((each) =>
    each.type === 'repository' && each.name === fullName ? [{ ...each, name: current.name.fullName }] : [],
  );
  return { ...caller, token: { access } };
}

async function pushRefusal(
  deps: { readonly db: Database },
  { error, name, caller, current }: By & { readonly error: AppError; readonly current: CurrentName },
): Promise<AppError> {
  const knows = (await visibleProjectId(deps, caller.principal, current.name)) !== undefined;
  // The new place is nobody's business who may not see it.
  if (!knows && error.code !== 'CONFLICT') return error;
  const until = new Date(current.endsAt).toISOString();
  return new AppError(
    'NAME_UNKNOWN',
    knows
      ? {
          message: `${name.clientForm} was renamed to ${current.name.fullName}: push to that; pulls by the old name go on until ${until}`,
          detail: `use ${current.name.fullName}`,
        }
      : { message: error.message, detail: 'push to another name' },
    { cause: error },
  );
}
