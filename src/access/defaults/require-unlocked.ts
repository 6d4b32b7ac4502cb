import { AppError } from '../../lib/errors.ts';
import type { Settings } from '../../platform/settings/settings.ts';

export interface DefaultMember {
  readonly group: string;
  readonly role: string;
}

/** Texts with commas between them; blanks around them do not count. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** Who has a role in each new project, beside its owner. */
export function defaultMembers(settings: Pick<Settings, 'get'>): readonly DefaultMember[] {
  return splitList(settings.get('project_members_default')).map((pair) => {
    const at = pair.lastIndexOf('=');
    return { group: pair.slice(0, at), role: pair.slice(at + 1) };
  });
}

/**
 * @param wanted what somebody asks for; what is left out is not asked for
 * @throws AppError DENIED for what an administrator has locked
 */
export function requireUnlocked(
  settings: Pick<Settings, 'get'>,
  wanted: { readonly public?: boolean; readonly limitBytes?: number },
): void {
  const isPublic = settings.get('project_public_default');
  if (wanted.public !== undefined && wanted.public !== isPublic && settings.get('project_public_locked'))
    throw locked('public', String(isPublic), 'project_public_locked');
  const limit = settings.get('storage_per_project');
  if (
    wanted.limitBytes !== undefined &&
    wanted.limitBytes !== limit &&
    settings.get('project_storage_locked')
  )
    throw locked('storage_limit', String(limit), 'project_storage_locked');
}

function locked(key: string, value: string, lock: string): AppError {
  return new AppError('DENIED', {
    message: `${key} is locked to ${value} for all projects (${lock})`,
    detail: 'an administrator of the system can change that setting',
  });
}
