export type Caller = 'administrator' | 'anonymous' | 'restricted';

export interface ListWorkload {
  readonly label: string;
  readonly path: string;
  readonly callers: readonly Caller[];
  /** Counts what the caller should see by reading everything; undefined: the list says no total. */
  readonly recount?: (caller: Caller) => string;
  /** Of what is not a list of pages. */
  readonly single?: true;
  /** No total beyond it. */
  readonly countedTo?: number;
}

const all: readonly Caller[] = ['administrator', 'anonymous', 'restricted'];
const administrator: readonly Caller[] = ['administrator'];
const first = 'p00000';
const deep = 'team%252Fr000000';
const api = '/api/v2.0';

/** The condition on the project `p`. */
function ofProject(caller: Caller): string {
  return caller === 'administrator' ? '1 = 1' : 'p.public = 1';
}

/** Written otherwise than the registry's own queries: grant by grant, name by name. */
function ofRepository(caller: Caller): string {
  if (caller !== 'restricted') return ofProject(caller);
  return `(p.public = 1 or exists (
    select 1 from "grant" g join user_group_member m on m.group_id = g.principal_id join "user" u on u.id = m.user_id
    where g.principal_kind = 'group' and u.username = 'caller' and g.project_id = p.id
      and (r.full_name = p.name || '/' || g.repository_pattern
        or (g.repository_pattern = 'team/**' and substr(r.full_name, 1, length(p.name) + 6) = p.name || '/team/'))))`;
}

const projects =
  (more = '') =>
  (caller: Caller): string =>
    `select count(*) from project p where deleted_at is null and ${ofProject(caller)} ${more}`;

const repositories =
  (more = '') =>
  (caller: Caller): string =>
    `select count(*) from repository r join project p on p.id = r.project_id
      where r.visible_at is not null and ${ofRepository(caller)} ${more}`;

const artifacts = (where: string) => (): string =>
  `select count(*) from artifact a join repository r on r.id = a.repository_id join project p on p.id = r.project_id
    where ${where} and a.subject is null and a.accessory_kind is null
      and (exists (select 1 from tag t where t.artifact_id = a.id) or not exists (
        select 1 from reference f join artifact i on i.blob_id = f.manifest_id
          where f.blob_id = a.blob_id and f.kind = 'child' and i.repository_id = a.repository_id))`;

const shownEvents = `type <> 'blob.pushed'`;

export const listWorkloads: readonly ListWorkload[] = [
  { label: 'listProjects', path: `${api}/projects?`, callers: all, recount: projects() },
  {
    label: 'listProjects, sort',
    path: `${api}/projects?sort=-creation_time`,
    callers: all,
    recount: projects(),
  },
  {
    label: 'listProjects, q',
    path: `${api}/projects?q=name%3D~012`,
    callers: all,
    recount: projects(`and p.name like '%012%'`),
  },
  { label: 'listAllRepositories', path: `${api}/repositories?`, callers: all, recount: repositories() },
  {
    label: 'listAllRepositories, sort',
    path: `${api}/repositories?sort=name`,
    callers: all,
    recount: repositories(),
  },
  {
    label: 'listAllRepositories, q',
    path: `${api}/repositories?q=name%3D~0123`,
    callers: all,
    recount: repositories(`and r.full_name like '%0123%'`),
  },
  {
    label: 'listRepositories of a fifth of all',
    path: `${api}/projects/${first}/repositories?`,
    callers: administrator,
    recount: repositories(`and p.name = '${first}'`),
  },
  {
    label: 'listArtifacts of a fiftieth of all',
    path: `${api}/projects/${first}/repositories/${deep}/artifacts?`,
    callers: administrator,
    recount: artifacts(`r.full_name = '${first}/team/r000000'`),
  },
  {
    label: 'listArtifactsOfProject, three tenths of all',
    path: `${api}/projects/${first}/artifacts?`,
    callers: administrator,
    recount: artifacts(`p.name = '${first}'`),
  },
  {
    label: 'listAuditLogExts',
    path: `${api}/auditlog-exts?`,
    callers: administrator,
    recount: () => `select count(*) from event where ${shownEvents}`,
    countedTo: 10_000,
  },
  {
    label: 'getLogExts of a project',
    path: `${api}/projects/${first}/auditlog-exts?`,
    callers: administrator,
    recount: () => `select count(*) from event where ${shownEvents} and project_id = 1000`,
    countedTo: 10_000,
  },
  {
    label: 'listUsers',
    path: `${api}/users?`,
    callers: administrator,
    // The first administrator is none that is listed.
    recount: () => 'select count(*) from "user" where deleted_at is null and id <> 1',
  },
  { label: 'search', path: `${api}/search?q=p0012`, callers: all, single: true },
  {
    label: 'getStatistic',
    path: `${api}/statistics`,
    callers: ['administrator', 'restricted'],
    single: true,
  },
  { label: '_catalog', path: '/v2/_catalog?n=100', callers: ['administrator', 'restricted'], single: true },
  {
    label: '_catalog, its end',
    path: '/v2/_catalog?n=100&last=p09',
    callers: ['administrator', 'restricted'],
    single: true,
  },
];
