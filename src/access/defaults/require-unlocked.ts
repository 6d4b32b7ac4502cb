import { because } from '../../lib/because.ts';
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

/** What a project begins with of which nobody says anything else. */
export interface NewProject {
  readonly public: boolean;
  readonly limitBytes: number;
  readonly members: readonly DefaultMember[];
}

export function newProject(settings: Pick<Settings, 'get'>): NewProject {
  return {
    public: settings.get('project_public_default'),
    limitBytes: settings.get('storage_per_project'),
    members: defaultMembers(settings),
  };
}

/**
 * Before a role in a project as such is changed or taken.
 * @throws AppError DENIED for that of a group that an administrator has locked
 */
export function requireMemberUnlocked(
  settings: Pick<Settings, 'get'>,
  member: { readonly kind: string; readonly name: string; readonly role: string },
): void {
  const { kind, name, role } = member;
  if (kind !== 'group' || !settings.get('project_members_locked')) return;
  if (defaultMembers(settings).some((each) => each.group === name && each.role === role))
    throw locked('members', `${name}=${role}`, 'project_members_locked');
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

/**
 * Before a project gets a retention policy of its own, or another one.
 * @throws AppError DENIED where an administrator has locked it
 */
export function requireRetentionUnlocked(settings: Pick<Settings, 'get'>): void {
  if (settings.get('project_retention_locked'))
    throw locked('retention', 'the default policy of the system', 'project_retention_locked');
}

export function locked(key: string, value: string, lock: string): AppError {
  return new AppError('DENIED', {
    message: `${key} is locked to ${value} for all projects (${lock})`,
    detail: 'an administrator of the system can change that setting',
    because: because('default locked', { what: key, setting: lock }),
  });
}
