import { because } from '../because.ts';
import { AppError } from '../errors.ts';

/** Full name of a repository: project, slash, path (distribution-spec, "Pulling manifests", `<name>`). */
export type RepositoryName = string & { readonly __brand: 'RepositoryName' };

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const oneComponent = new RegExp(`^${component}$`);
const grammar = new RegExp(`^${component}(?:/${component})*$`);

/** Many clients refuse more than 255 characters for `host[:port]/name`; this leaves 25 for the host. */
export const maxRepositoryNameLength = 230;

/** What may stand between two slashes of a name, and so for a project. */
export function isNameComponent(text: string): boolean {
  return oneComponent.test(text);
}

export interface ParsedName {
  readonly fullName: RepositoryName;
  readonly project: string;
  /** The rest behind the project's slash. */
  readonly path: string;
  /** What the client wrote: it may have left out the default project. */
  readonly clientForm: string;
}

/**
 * A name of one component stands for that repository in the default project, so that images pushed to
 * Docker's registry as `host/nginx` keep their address. An empty default project switches that off.
 * @throws AppError NAME_INVALID
 */
export function parseRepositoryName(clientForm: string, defaultProject: string): ParsedName {
  if (clientForm.length > maxRepositoryNameLength || !grammar.test(clientForm)) throw invalid(clientForm);
  const slash = clientForm.indexOf('/');
  if (slash > 0) {
    const project = clientForm.slice(0, slash);
    return { fullName: clientForm as RepositoryName, project, path: clientForm.slice(slash + 1), clientForm };
  }
  if (defaultProject === '') {
    throw new AppError('NAME_INVALID', {
      message: `"${clientForm}" names no project`,
      detail: 'write project/repository',
    });
  }
  const fullName = `${defaultProject}/${clientForm}` as RepositoryName;
  if (fullName.length > maxRepositoryNameLength) throw invalid(fullName);
  return { fullName, project: defaultProject, path: clientForm, clientForm };
}

/** The same for where any text may stand, as the names that clients have at other registries; undefined for what is none. */
export function readRepositoryName(text: string, defaultProject: string): ParsedName | undefined {
  try {
    return parseRepositoryName(text, defaultProject);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function invalid(name: string): AppError {
  const shown = name.slice(0, maxRepositoryNameLength);
  return new AppError('NAME_INVALID', {
    message: `"${shown}" is not a repository name`,
    detail: `use lower-case letters, digits and . _ - between them, parts divided by /, at most ${maxRepositoryNameLength} characters`,
    because: because('repository name invalid', { name: shown, most: String(maxRepositoryNameLength) }),
  });
}
