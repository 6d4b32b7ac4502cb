import type { Input, Row } from '../../../api/call.ts';

export type Robot = Row<'GET /api/v2.0/robots'>;
export type NewRobotBody = Input<'POST /api/v2.0/robots'>['body'];

/** What builds and clusters need, as permissions of Harbor. */
export const presets = {
  pull: ['repository:pull', 'artifact:read', 'artifact:list'],
  push: ['repository:pull', 'repository:push', 'artifact:read', 'artifact:list', 'tag:create', 'tag:list'],
  remove: [
    'repository:pull',
    'repository:push',
    'artifact:read',
    'artifact:list',
    'artifact:delete',
    'tag:create',
    'tag:list',
    'tag:delete',
  ],
} as const;

export type Preset = keyof typeof presets | 'custom';

export interface RobotDraft {
  readonly name: string;
  readonly description: string;
  readonly days: string;
  readonly preset: Preset;
  readonly chosen: ReadonlySet<string>;
  /** Of a robot of the system; commas between them. */
  readonly projects: string;
  /** Of a robot of a project; commas between them. */
  readonly repositories: string;
}

export const emptyDraft: RobotDraft = {
  name: '',
  description: '',
  days: '90',
  preset: 'pull',
  chosen: new Set(),
  projects: '*',
  repositories: '',
};

export function rightsOf({ preset, chosen }: RobotDraft): readonly string[] {
  return preset === 'custom' ? [...chosen] : presets[preset];
}

function wordsOf(text: string): string[] {
  return text.split(/[,\s]+/).filter((word) => word !== '');
}

/** @param project of whose robots it is one; undefined: of the system */
export function robotBody(draft: RobotDraft, project: string | undefined): NewRobotBody {
  const access = rightsOf(draft).map((right) => {
    const [resource = '', action = ''] = right.split(':');
    return { resource, action };
  });
  const repositories = wordsOf(draft.repositories);
  const namespaces = project === undefined ? wordsOf(draft.projects) : [project];
  return {
    name: draft.name.trim(),
    description: draft.description,
    level: project === undefined ? 'system' : 'project',
    duration: Number(draft.days),
    permissions: namespaces.map((namespace) => ({
      kind: 'project',
      namespace,
      access,
      ...(project === undefined || repositories.length === 0 ? {} : { repositories }),
    })),
  };
}
