/** Described so is what the demo data consists of: whatever bears its names without that belongs to somebody else. */
export const mark = 'Made by berth demo seed';
/** Of a project, which has no description, it is a label. */
export const markLabel = { name: 'demo', description: mark, color: '#61717D' } as const;

export const people = [
  { username: 'demo-mira', realname: 'Mira Example' },
  { username: 'demo-jonas', realname: 'Jonas Example' },
  { username: 'demo-lin', realname: 'Lin Example' },
  { username: 'demo-sam', realname: 'Sam Example' },
] as const;

export type DemoUser = (typeof people)[number]['username'];

export const groups: readonly { readonly name: string; readonly members: readonly DemoUser[] }[] = [
  { name: 'demo-developers', members: ['demo-jonas', 'demo-sam'] },
  { name: 'demo-operators', members: ['demo-lin'] },
];

/** A role of the registry's own. */
export const role = {
  name: 'demo-releaser',
  level: 'project',
  permissions: ['artifact-label:create', 'repository:pull', 'repository:push', 'tag:create', 'tag:list'],
} as const;

export const systemLabels = [
  { name: 'demo-reviewed', description: mark, color: '#0065AB' },
  { name: 'demo-deprecated', description: mark, color: '#C92100' },
] as const;

export interface DemoGrant {
  readonly who: string;
  readonly role: string;
  readonly where: string;
  readonly tag?: string;
  /** Until when, from the run on. */
  readonly days?: number;
}

export const grants: readonly DemoGrant[] = [
  { who: 'demo-mira', role: 'projectAdmin', where: 'demo-shop' },
  { who: 'group:demo-developers', role: 'developer', where: 'demo-shop' },
  { who: 'demo-lin', role: 'guest', where: 'demo-shop' },
  { who: 'demo-jonas', role: role.name, where: 'demo-shop/storefront', tag: 'v*' },
  { who: 'demo-sam', role: 'pull', where: 'demo-platform/charts/**', days: 6 },
  { who: 'demo-lin', role: 'maintainer', where: 'demo-platform' },
  { who: 'group:demo-operators', role: 'maintainer', where: 'demo-models' },
  { who: 'demo-mira', role: 'maintainer', where: 'demo-sandbox' },
];

export interface DemoRobot {
  readonly name: string;
  /** Absent: of the system, for these projects. */
  readonly project?: string;
  readonly projects: readonly string[];
  readonly actions: readonly ('pull' | 'push')[];
  /** -1: it does not end. */
  readonly days: number;
}

export const robots: readonly DemoRobot[] = [
  { name: 'ci', project: 'demo-shop', projects: ['demo-shop'], actions: ['pull', 'push'], days: 90 },
  // Ends within a day: what ends soon is to be seen.
  { name: 'nightly-scan', project: 'demo-shop', projects: ['demo-shop'], actions: ['pull'], days: 1 },
  { name: 'charts', project: 'demo-platform', projects: ['demo-platform'], actions: ['push'], days: 30 },
  { name: 'demo-cluster', projects: ['demo-shop', 'demo-platform'], actions: ['pull'], days: -1 },
];

export const tokens: readonly {
  readonly owner: DemoUser;
  readonly name: string;
  readonly days: number;
  readonly scopes?: readonly { readonly where: string; readonly actions: readonly string[] }[];
}[] = [
  { owner: 'demo-mira', name: 'laptop', days: 5 },
  {
    owner: 'demo-jonas',
    name: 'build machine',
    days: 90,
    scopes: [{ where: 'demo-shop', actions: ['push'] }],
  },
];

export const webhook = {
  name: 'chat',
  description: mark,
  enabled: false,
  event_types: ['PUSH_ARTIFACT', 'DELETE_ARTIFACT', 'QUOTA_EXCEED'],
  targets: [{ type: 'http', address: 'https://chat.demo.example/hooks/registry', payload_format: 'Default' }],
} as const;
