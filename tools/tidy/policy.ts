// The data that the rules read. A change here is a change of the architecture: say why in an ADR.

export type Gate = {
  modules: readonly string[];
  /** Globs of the files that may import them. */
  allowed: readonly string[];
  /** Globs of the files that may import types from them. */
  typesAllowed?: readonly string[];
  instead: string;
};

/** Folders of a floor from low to high; a folder imports lower lines only, never its own. */
export const accessTiers: readonly (readonly string[])[] = [
  ['roles', 'names', 'defaults', 'trash'],
  ['projects', 'users', 'groups', 'slowing', 'last-use'],
  ['grants', 'refusals'],
  ['members', 'robots', 'personal-tokens'],
  ['device-logins', 'tokens', 'sessions', 'ldap', 'oidc', 'htpasswd'],
  ['ended-sign-ins'],
];

export const contentTiers: readonly (readonly string[])[] = [
  ['repositories', 'remotes', 'snapshots', 'pulls'],
  ['blobs'],
  ['uploads', 'labels'],
  ['tags', 'referrers'],
  ['descriptions'],
  ['artifacts'],
  ['layers', 'trash'],
  ['figures'],
  ['garbage', 'strays'],
];

/** Files of a floor that lie below its folders; all others beside the folders lie above them. */
export const baseFiles: readonly string[] = [
  'src/access/caller.ts',
  'src/access/principal.ts',
  'src/content/ports.ts',
];

/** `from → to` pairs of `platform` folders, beyond `log`, `metrics` and the types of `config`. */
export const platformPairs: readonly (readonly [from: string, to: string])[] = [
  ['blobstore', 'files'],
  ['blobstore', 'threads'],
  ['crypto', 'threads'],
  ['db', 'crypto'],
  ['db', 'files'],
  ['db', 'threads'],
  ['deliveries', 'db'],
  ['deliveries', 'events'],
  ['deliveries', 'jobs'],
  ['events', 'db'],
  ['http', 'crypto'],
  ['http', 'files'],
  ['http', 'tls'],
  ['jobs', 'db'],
  ['layers', 'crypto'],
  ['layers', 'threads'],
  ['locks', 'db'],
  ['mail', 'http'],
  ['settings', 'crypto'],
  ['settings', 'db'],
  ['settings', 'events'],
  ['settings', 'mail'],
  ['settings', 'syslog'],
  ['syslog', 'http'],
  ['tls', 'crypto'],
  ['tls', 'files'],
];

/** What main.ts may load by a dynamic import when it runs as a thread. */
export const threadModules: readonly string[] = ['src/**/*-thread.ts'];

const outsideWorld = [
  'fs',
  'net',
  'http',
  'https',
  'http2',
  'tls',
  'dgram',
  'dns',
  'child_process',
  'cluster',
  'sqlite',
];

export const gates: readonly Gate[] = [
  {
    modules: outsideWorld.filter((name) => name !== 'http'),
    allowed: ['src/platform/**'],
    instead: 'take what you need as a dependency that a folder of platform implements',
  },
  {
    modules: ['http'],
    allowed: ['src/platform/**', 'src/cli/client/**'],
    typesAllowed: ['src/oci/**'],
    instead: 'serve through platform/http, ask through its guarded client',
  },
  {
    modules: ['worker_threads'],
    allowed: ['src/platform/**', 'src/main.ts'],
    instead: 'hand the work to platform/threads',
  },
  {
    modules: ['module'],
    allowed: ['src/main.ts'],
    instead: 'use an import: createRequire hides what a file depends on',
  },
  { modules: ['pg'], allowed: ['src/platform/**'], instead: 'use the database of platform/db' },
  {
    modules: ['kysely'],
    allowed: ['src/**/*-reads.ts', 'src/**/*-writes.ts', 'src/**/*-store.ts', 'src/platform/db/**'],
    instead: 'put the query into a *-reads.ts, *-writes.ts or *-store.ts file',
  },
  {
    modules: ['fastify'],
    allowed: ['src/**/routes.ts', 'src/oci/**', 'src/platform/http/**', 'src/app.ts'],
    instead: 'parse and render in routes.ts, pass plain values on',
  },
  { modules: ['commander'], allowed: ['src/cli/**'], instead: 'declare the command below src/cli' },
  { modules: ['pino'], allowed: ['src/platform/log/**'], instead: 'take a logger of platform/log' },
];

/** Names that kysely exports to talk to a database, as opposed to building queries. */
export const kyselyDriverName = /(?:Dialect|Driver|Adapter|Introspector|QueryCompiler)$/;

export const allowed = {
  env: ['src/platform/config/**'],
  console: ['src/cli/**'],
  clock: ['src/platform/clock.ts', 'src/main.ts'],
  hash: ['src/platform/threads/**', 'src/platform/crypto/**'],
  fetch: ['src/platform/**', 'src/cli/client/**'],
} as const satisfies Record<string, readonly string[]>;

/** Tables with soft deletion: everybody but the files below reads `live_<name>`. */
export const softDeleted = ['project', 'repository', 'artifact', 'tag'] as const;

export const baseTablesAllowed: readonly string[] = [
  'src/**/*-writes.ts',
  'src/content/figures/**',
  'src/content/garbage/**',
  'src/content/trash/**',
  'src/features/**/purge*',
  'src/platform/db/**',
];

export const bannedNames: readonly string[] = [
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'misc',
  'manager',
  'base',
  'index',
  // Folders of these names are ignored by git, and with it by the linter.
  'data',
  'dist',
  'out',
];

/** Also banned as the last word of a longer name: `tag-utils.ts`. */
export const bannedEndings: readonly string[] = ['utils', 'util', 'helpers', 'helper', 'misc', 'manager'];

/** Kinds of files whose name says what they are instead of what they export. */
export const namedByKind: readonly string[] = [
  'src/**/routes.ts',
  'src/**/text.ts',
  'src/**/ports.ts',
  'src/**/job.ts',
  'src/**/*-reads.ts',
  'src/**/*-writes.ts',
  'src/**/*-store.ts',
  'src/**/*-thread.ts',
  'src/**/*.table.ts',
  'src/platform/db/migrations/**',
  'src/main.ts',
];

/** `retention.ts` may export `createRetention`. */
export const factoryVerbs: readonly string[] = ['create', 'open', 'start', 'parse', 'load', 'with', 'run'];

/** Main exports whose file is named for the question, not for the function. */
export const mainExports: Readonly<Record<string, string>> = {
  'src/access/authorize.ts': 'can',
  'src/platform/crypto/issue-certificate.ts': 'issueForServer',
  'src/platform/settings/table.ts': 'settingRows',
  'src/platform/tls/open-certificate.ts': 'openGivenCertificate',
};

/** Tables that the map puts into lib for all to find, whoever uses them. */
export const libByMap: readonly string[] = ['src/lib/errors.ts', 'src/lib/event-types.ts'];

export const maxFilesPerFolder = 20;

/** Folders that grow by design. */
export const folderSizeExempt: readonly string[] = ['src/platform/db/migrations'];

/** A run that saw fewer files of `src` looked in the wrong place. */
export const minSourceFiles = 20;
