import { AppError } from '../../lib/errors.ts';
import { type ParsedName, readRepositoryName } from '../../lib/oci/repository-name.ts';

/** The words of a token's scope (distribution, "Token Scope Documentation"). */
const scopeActions = ['pull', 'push', 'delete'] as const;
export type ScopeAction = (typeof scopeActions)[number];

/** A token has to fit into a header. */
const maxNames = 50;

export interface RepositoryScope {
  readonly name: ParsedName;
  /** Known ones, each once, in a fixed order. */
  readonly actions: readonly ScopeAction[];
}

export interface Scopes {
  /** Each repository once, with all that was asked for it. */
  readonly repositories: readonly RepositoryScope[];
  readonly catalog: boolean;
}

/**
 * What clients ask for: `repository:library/app:pull,push`, several in one text with blanks between them, or several
 * texts (distribution, "Token Scope Documentation"). What cannot be read is left out: then the token is not for it.
 * @throws AppError BAD_REQUEST for more repositories than a token can name
 */
export function parseScopes(texts: readonly string[], defaultProject: string): Scopes {
  const found = new Map<string, { name: ParsedName; actions: Set<string> }>();
  let catalog = false;
  for (const text of texts.flatMap((each) => each.split(' '))) {
    const scope = splitScope(text);
    if (scope === undefined) continue;
    if (scope.type === 'registry') catalog ||= scope.name === 'catalog' && scope.actions.includes('*');
    const name = isRepository(scope.type) ? readName(scope.name, defaultProject) : undefined;
    if (name === undefined) continue;
    const known = found.get(name.fullName) ?? { name, actions: new Set<string>() };
    for (const action of scope.actions) known.actions.add(action);
    found.set(name.fullName, known);
    if (found.size > maxNames) {
      throw new AppError('BAD_REQUEST', { message: `a token is for at most ${maxNames} repositories` });
    }
  }
  const repositories = [...found.values()].map(({ name, actions }) => ({
    name,
    actions: scopeActions.filter((action) => actions.has(action) || actions.has('*')),
  }));
  return { repositories, catalog };
}

/** The name is what lies between the first and the last colon: it may have one of its own, before a port. */
function splitScope(text: string): { type: string; name: string; actions: string[] } | undefined {
  const [first, last] = [text.indexOf(':'), text.lastIndexOf(':')];
  if (first <= 0 || last <= first) return undefined;
  return {
    type: text.slice(0, first),
    name: text.slice(first + 1, last),
    actions: text.slice(last + 1).split(','),
  };
}

/** Docker puts a class behind the type for what it calls plugins. */
function isRepository(type: string): boolean {
  return /^repository(\([a-z0-9]+\))?$/.test(type);
}

/** Some clients put the registry's own `host:port/` before the name. */
function readName(text: string, defaultProject: string): ParsedName | undefined {
  const [, behindHost] = /^[^/:]+:\d{1,5}\/(.+)$/.exec(text) ?? [];
  return readRepositoryName(behindHost ?? text, defaultProject);
}
