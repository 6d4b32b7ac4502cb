import type { Input, Row } from '../../../api/call.ts';

export type Robot = Row<'GET /api/v2.0/robots'>;
export type NewRobotBody = Input<'POST /api/v2.0/robots'>['body'];

/** What builds and clusters need, as permissions of Harbor. */
export const presets = {
  pull: ['repository:pull', 'artifact:read', 'artifact:list'],
  pushOnly: ['repository:push'],
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

export type Preset = keyof typeof presets | 'all' | 'custom';

/** Of the system without pushing only: clients look first what is there, which in a project comes with pushing and elsewhere does not. */
export function presetsFor(project: string | undefined): readonly Preset[] {
  return ['pull', ...(project === undefined ? [] : ['pushOnly' as const]), 'push', 'remove', 'all', 'custom'];
}

export interface RobotDraft {
  readonly name: string;
  readonly description: string;
  readonly days: string;
  readonly preset: Preset;
  readonly chosen: ReadonlySet<string>;
  /** Of a robot of the system; commas between them. */
  readonly projects: string;
  /** Of a robot of a project that `isLimitable`; commas between them. */
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

/** @param all that robots can hold in projects */
function rightsOf({ preset, chosen }: RobotDraft, all: readonly string[]): readonly string[] {
  if (preset === 'all') return all;
  return preset === 'custom' ? [...chosen] : presets[preset];
}

function wordsOf(text: string): string[] {
  return text.split(/[,\s]+/).filter((word) => word !== '');
}

/** To some repositories of its project: only what is done with content is, and not its members or settings. */
export function isLimitable({ preset }: Pick<RobotDraft, 'preset'>, project: string | undefined): boolean {
  return project !== undefined && preset !== 'all';
}

interface RobotPlace {
  /** Of whose robots it is one; undefined: of the system. */
  readonly project: string | undefined;
  /** All that robots can hold in projects. */
  readonly all: readonly string[];
}

export function robotBody(draft: RobotDraft, { project, all }: RobotPlace): NewRobotBody {
  const access = rightsOf(draft, all).map((right) => {
    const [resource = '', action = ''] = right.split(':');
    return { resource, action };
  });
  const repositories = isLimitable(draft, project) ? wordsOf(draft.repositories) : [];
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
      ...(repositories.length === 0 ? {} : { repositories }),
    })),
  };
}
