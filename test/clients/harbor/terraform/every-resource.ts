import { group, robot, user } from './accounts.ts';
import { security, system } from './configuration.ts';
import { immutableRule, label } from './labels-and-rules.ts';
import { memberGroup, memberUser, project } from './projects.ts';
import type { Attributes, Resource, ResourceType, Round } from './resource-type.ts';
import { retentionPolicy } from './retention-policy.ts';

type Wanted = (of: {
  readonly apps: string;
  /** The first in the first round, the second in the changed file. */
  readonly pick: <T>(first: T, changed: T) => T;
}) => Attributes;

function declare(type: ResourceType, name: string, wanted: Wanted): Resource {
  const inRound = (idOf: (address: string) => string, round: Round): Attributes =>
    wanted({
      apps: idOf('harbor_project.apps'),
      pick: (first, changed) => (round === 'first' ? first : changed),
    });
  return { address: `${type.name}.${name}`, type, wanted: inRound };
}

const systemAccess = [
  { action: 'list', resource: 'project' },
  { action: 'read', resource: 'label' },
];
const changedSystemAccess = [
  { action: 'list', resource: 'project' },
  { action: 'create', resource: 'label' },
];
const projectAccess = [
  { action: 'pull', resource: 'repository' },
  { action: 'push', resource: 'repository' },
  { action: 'delete', resource: 'repository', effect: 'deny' },
];

/** What `main.tf` says, in the words of the replay. */
export const everyResource: readonly Resource[] = [
  declare(system, 'main', ({ pick }) => ({
    project_creation_restriction: pick('adminonly', 'everyone'),
    robot_token_expiration: pick(30, 60),
    token_expiration: pick(30, 25),
    session_timeout: pick(60, 90),
    scanner_skip_update_pulltime: pick(false, true),
    storage_per_project: pick(-1, 100),
    notification_enable: pick(true, false),
    banner_message: [
      {
        message: pick('Backup on Sunday', 'Backup on “Monday”'),
        type: pick('info', 'warning'),
        closable: pick(false, true),
        from_date: '11/01/2026',
        to_date: pick('12/31/2026', '01/31/2027'),
      },
    ],
  })),
  declare(security, 'main', ({ pick }) => ({
    cve_allowlist: ['CVE-2023-1234', pick('CVE-2024-1', 'CVE-2024-2')],
    expires_at: pick(1_893_456_000, 1_893_542_400),
  })),
  declare(user, 'ada', ({ pick }) => ({
    username: 'ada',
    password: pick('Correct-Horse-8', 'Correct-Horse-9'),
    full_name: pick('Ada Lovelace', 'Ada King'),
    email: pick('ada@example.com', 'ada@example.org'),
    admin: pick(false, true),
  })),
  declare(group, 'builders', () => ({ group_name: 'builders', group_type: 3 })),
  declare(project, 'apps', ({ pick }) => ({
    name: 'apps',
    public: pick(false, true),
    vulnerability_scanning: false,
    storage_quota: pick(5, 7),
    cve_allowlist: ['CVE-2020-1', pick('CVE-2020-2', 'CVE-2020-3')],
    force_destroy: true,
  })),
  declare(project, 'plain', ({ pick }) => ({
    name: 'plain',
    vulnerability_scanning: false,
    cve_allowlist: pick([], ['CVE-2021-1']),
  })),
  declare(memberUser, 'ada', ({ apps, pick }) => ({
    project_id: apps,
    user_name: 'ada',
    role: pick('developer', 'maintainer'),
  })),
  declare(memberGroup, 'builders', ({ apps, pick }) => ({
    project_id: apps,
    group_name: 'builders',
    type: 'oidc',
    role: pick('limitedguest', 'projectadmin'),
  })),
  declare(robot, 'ci', ({ pick }) => ({
    name: 'ci',
    level: 'system',
    description: pick('Builds', 'Builds everything'),
    duration: pick(-1, 30),
    disable: pick(false, true),
    secret: pick('Secret-of-ci-1', 'Secret-of-ci-2'),
    permissions: [
      { kind: 'system', namespace: '/', access: pick(systemAccess, changedSystemAccess) },
      { kind: 'project', namespace: pick('apps', '*'), access: projectAccess },
    ],
  })),
  declare(robot, 'deploy', ({ pick }) => ({
    name: 'deploy',
    level: 'project',
    description: pick('Deploys', ''),
    duration: pick(30, 10),
    permissions: [
      {
        kind: 'project',
        namespace: 'apps',
        access: [
          { action: 'pull', resource: 'repository' },
          { action: pick('read', 'list'), resource: 'artifact' },
        ],
      },
    ],
  })),
  declare(label, 'tested', ({ pick }) => ({
    name: pick('tested', 'tested-well'),
    description: pick('By one suite', 'By two suites'),
    color: pick('#48960C', '#C92100'),
  })),
  declare(label, 'released', ({ apps, pick }) => ({
    name: pick('released', 'shipped'),
    color: pick('#FFFFFF', '#000000'),
    project_id: apps,
  })),
  declare(immutableRule, 'releases', ({ apps, pick }) => ({
    project_id: apps,
    repo_matching: pick('**', 'app-*'),
    tag_matching: pick('v*.*.*', 'v*'),
    disabled: pick(false, true),
  })),
  declare(immutableRule, 'others', ({ apps, pick }) => ({
    project_id: apps,
    repo_matching: 'lib/**',
    tag_excluding: pick('dev-*', 'test-*'),
    disabled: pick(true, false),
  })),
  declare(retentionPolicy, 'apps', ({ apps, pick }) => ({
    scope: apps,
    schedule: pick('Daily', '0 30 2 * * *'),
    rule: [
      {
        disabled: pick(false, true),
        most_recently_pushed: pick(5, 10),
        tag_matching: pick('**', 'v*'),
        repo_matching: '**',
        untagged_artifacts: pick(true, false),
      },
      {
        disabled: false,
        always_retain: true,
        tag_excluding: pick('dev-*', 'test-*'),
        repo_excluding: 'lib/**',
        untagged_artifacts: true,
      },
    ],
  })),
];
