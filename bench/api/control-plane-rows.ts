export type Engine = 'sqlite' | 'postgres';

/** How many rows there are of everything. */
export interface Sizes {
  readonly projects: number;
  readonly repositories: number;
  readonly artifacts: number;
  readonly tags: number;
  readonly users: number;
  readonly robots: number;
  readonly grants: number;
  /** Of the grants, those of repositories by pattern. */
  readonly patterns: number;
  readonly events: number;
}

const full: Sizes = {
  projects: 10_000,
  repositories: 100_000,
  artifacts: 1_000_000,
  tags: 2_000_000,
  users: 5_000,
  robots: 20_000,
  grants: 50_000,
  patterns: 10_000,
  events: 10_000_000,
};

/** One of so many parts of the whole. */
export function sizesOf(part: number): Sizes {
  const of = (count: number): number => Math.ceil(count / part);
  return {
    projects: of(full.projects),
    repositories: of(full.repositories),
    artifacts: of(full.artifacts),
    tags: of(full.tags),
    users: of(full.users),
    robots: of(full.robots),
    grants: of(full.grants),
    patterns: of(full.patterns),
    events: of(full.events),
  };
}

/** Rows are numbered from here, so that what a new registry holds stays. */
const firstId = 1_000;

const now = 1_790_000_000_000;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';

/** In how many groups the restricted caller is, and in how many projects those may read by pattern. */
const groups = 40;
const callerPatterns = 300;
const callerProjects = 150;

interface Words {
  /** Rows `n` from 0. */
  readonly series: (count: number) => string;
  readonly padded: (of: string, width: number) => string;
  readonly digest: (of: string) => string;
  readonly empty: string;
}

const words: Readonly<Record<Engine, Words>> = {
  sqlite: {
    series: (count) =>
      `(with recursive s(n) as (select 0 union all select n + 1 from s where n < ${count - 1}) select n from s) as s`,
    padded: (of, width) => `printf('%0${width}d', ${of})`,
    digest: (of) => `printf('sha256:%064x', ${of})`,
    empty: `cast('{}' as blob)`,
  },
  postgres: {
    series: (count) => `(select generate_series(0, ${count - 1})::bigint as n) as s`,
    padded: (of, width) => `lpad((${of})::text, ${width}, '0')`,
    digest: (of) => `'sha256:' || lpad(to_hex(${of}), 64, '0')`,
    empty: `'{}'::bytea`,
  },
};

/**
 * The statements that fill a new database: in the first project a fifth of the repositories and three tenths of the
 * artifacts, the first repository with a fiftieth of them; everything else spread evenly, every fifth project public.
 * `caller` is the id of the account in many groups.
 */
export function fillStatements(engine: Engine, sizes: Sizes, caller: number): readonly string[] {
  const own = words[engine];
  return [...places(own, sizes, caller), ...grantsOf(own, sizes), ...content(own, sizes)];
}

function places({ series, padded }: Words, sizes: Sizes, caller: number): readonly string[] {
  const { projects, users, robots } = sizes;
  return [
    `insert into "user" (id, username, realname, password_version, created_at, updated_at)
      select ${firstId} + n, 'u' || ${padded('n', 5)}, '', 1, ${now} + n, ${now} + n from ${series(users)}`,
    `insert into user_group (id, name, type, created_at, updated_at)
      select ${firstId} + n, 'g' || ${padded('n', 5)}, 0, ${now}, ${now} from ${series(groups)}`,
    `insert into user_group_member (group_id, user_id, source, created_at)
      select ${firstId} + n, ${caller}, 'local', ${now} from ${series(groups)}`,
    `insert into project (id, name, owner_id, public, created_at, updated_at)
      select ${firstId} + n, 'p' || ${padded('n', 5)}, ${firstId} + n % ${users},
        case n % 5 when 1 then 1 else 0 end, ${now} + n, ${now} + n from ${series(projects)}`,
    `insert into project_usage (project_id, used_bytes, limit_bytes)
      select ${firstId} + n, 0, -1 from ${series(projects)}`,
    `insert into robot (id, name, project_id, secret_hash, disabled, created_at)
      select ${firstId} + n, case n % 2 when 0 then 'r' || n else 'p' || ${padded(`n % ${projects}`, 5)} || '+r' || n end,
        case n % 2 when 0 then null else ${firstId} + n % ${projects} end, '-', 0, ${now} from ${series(robots)}`,
  ];
}

function grantsOf({ series, padded }: Words, sizes: Sizes): readonly string[] {
  const { projects, users, grants, patterns } = sizes;
  // Another project for each grant of an account.
  const given = `${firstId} + (7 * n + n / ${users}) % ${projects}`;
  const roles = `case n % 3 when 0 then 'guest' when 1 then 'developer' else 'project-admin' end`;
  return [
    `insert into "grant" (principal_kind, principal_id, role, scope, project_id, created_at)
      select 'user', ${firstId} + n % ${users}, ${roles}, 'project', ${given}, ${now}
        from ${series(grants - patterns)}`,
    `insert into "grant" (principal_kind, principal_id, role, scope, project_id, repository_pattern, created_at)
      select 'user', ${firstId} + n % ${users}, 'guest', 'repository', ${given}, 'team/**', ${now}
        from ${series(patterns - callerPatterns)}`,
    `insert into "grant" (principal_kind, principal_id, role, scope, project_id, repository_pattern, created_at)
      select 'group', ${firstId} + n % ${groups}, 'developer', 'repository', ${firstId} + n % ${callerProjects},
        case n % 2 when 0 then 'team/**' else 'r' || ${padded('n', 6)} end, ${now} from ${series(callerPatterns)}`,
  ];
}

function content({ series, padded, digest, empty }: Words, sizes: Sizes): readonly string[] {
  const { projects, repositories, artifacts, tags, users, events } = sizes;
  const many = Math.floor(repositories / 5);
  const deep = Math.floor(artifacts / 50);
  const inFirst = Math.floor((artifacts * 3) / 10);
  const project = (n: string): string =>
    `${firstId} + case when ${n} < ${many} then 0 else 1 + (${n} % ${projects - 1}) end`;
  const repository = (n: string): string =>
    `${firstId} + case when ${n} < ${deep} then 0 when ${n} < ${inFirst} then 1 + ${n} % ${many - 1}
      else ${many} + ${n} % ${repositories - many} end`;
  // In the first repository, of ten images in a row two are children of the first and one signs it; none has a tag.
  const part = (n: string): string => `(${n} < ${deep} and ${n} % 10 in (1, 2, 3))`;
  const tagged = (n: string): string => `case when ${part(n)} then ${n} - ${n} % 10 else ${n} end`;
  const first = (n: string): string => digest(`${firstId} + ${n} - ${n} % 10`);
  const signs = `n < ${deep} and n % 10 = 3`;
  return [
    `insert into repository (id, project_id, full_name, created_at, updated_at, visible_at)
      select ${firstId} + n, ${project('n')}, 'p' || ${padded(`${project('n')} - ${firstId}`, 5)} ||
        case n % 4 when 0 then '/team/r' else '/r' end || ${padded('n', 6)}, ${now} + n, ${now} + n, ${now}
        from ${series(repositories)}`,
    `insert into blob (id, digest, size, state, generation, state_at)
      select ${firstId} + n, ${digest(`${firstId} + n`)}, 2, 'live', 0, ${now} from ${series(artifacts)}`,
    `insert into manifest (blob_id, bytes, copied_at) select ${firstId} + n, ${empty}, ${now} from ${series(artifacts)}`,
    `insert into reference (manifest_id, position, kind, digest, size, blob_id)
      select ${firstId} + n - n % 10, n % 10, 'child', ${digest(`${firstId} + n`)}, 2, ${firstId} + n
        from ${series(deep)} where n % 10 in (1, 2)`,
    `insert into artifact (id, project_id, repository_id, blob_id, digest, media_type, size, pushed_at, kind, config_type, total_size,
        described, subject, accessory_kind, accessory_subject)
      select ${firstId} + n, ${project(`(${repository('n')} - ${firstId})`)}, ${repository('n')}, ${firstId} + n,
        ${digest(`${firstId} + n`)}, case when n < ${deep} and n % 10 = 0 then '${indexType}' else '${manifestType}' end, 2,
        ${now} + n, 'IMAGE', '${configType}', 1000 + n, 1, case when ${signs} then ${first('n')} end,
        case when ${signs} then 'signature.notation' end, case when ${signs} then ${first('n')} end
        from ${series(artifacts)}`,
    `insert into tag (repository_id, name, artifact_id, digest, pushed_at)
      select ${repository(`(n / 2)`)}, 'v' || n, ${firstId} + ${tagged('(n / 2)')},
        ${digest(`${firstId} + ${tagged('(n / 2)')}`)}, ${now} + n from ${series(tags)}`,
    `insert into event (type, at, actor, address, client, request_id, project_id, object, data)
      select case n % 4 when 0 then 'artifact.pushed' when 1 then 'tag.moved' when 2 then 'artifact.deleted' else 'blob.pushed' end,
        ${now} + n, 'user:' || (${firstId} + n % ${users}), '127.0.0.1', 'bench', '', ${firstId} + n % ${projects},
        'p' || ${padded(`n % ${projects}`, 5)} || '/r@' || ${digest('n')}, '{}' from ${series(events)}`,
  ];
}
