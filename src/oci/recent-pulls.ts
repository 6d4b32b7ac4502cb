import type { RecentVersions } from '../access/authenticate.ts';
import type { RecentPermissions } from '../access/resolve-and-require.ts';
import type { LinkedBlob } from '../content/blobs/blob-reads.ts';
import type { ServedManifest } from '../content/tags/tag-reads.ts';
import { RecentAnswers } from '../platform/cache/recent-answers.ts';
import type { DialectName } from '../platform/db/dialect.ts';
import { contextOf } from '../platform/http/request-context.ts';
import type { Routes } from '../platform/http/server.ts';

/** A few hundred bytes each. */
const maxPeople = 10_000;
const maxContents = 40_000;

/** What was answered to pulls by digest lately: they go on for a while when the database is away. */
export interface RecentPulls {
  readonly versions: RecentVersions;
  readonly permissions: RecentPermissions;
  readonly blobs: RecentAnswers<LinkedBlob | undefined>;
  readonly manifests: RecentAnswers<ServedManifest>;
}

/** @returns undefined for a database that is in this process */
export function createRecentPulls(dialect: DialectName, now?: () => number): RecentPulls | undefined {
  if (dialect === 'sqlite') return undefined;
  const clock = now === undefined ? {} : { now };
  return {
    versions: new RecentAnswers({ maxEntries: maxPeople, ...clock }),
    permissions: new RecentAnswers({ maxEntries: maxContents, ...clock }),
    blobs: new RecentAnswers({ maxEntries: maxContents, ...clock }),
    manifests: new RecentAnswers({ maxEntries: maxContents, ...clock }),
  };
}

/**
 * Whatever an operator or the REST API changes here may be an account, a role or a project. What was refused for what
 * it asks changed nothing, nor did what began and ended within an outage: else any stranger could end the pulls.
 */
export function forgetPeopleOnChange(
  recent: RecentPulls | undefined,
  db: { readonly awayMs: number },
): Routes {
  return (server) => {
    if (recent === undefined) return;
    server.addHook('onSend', (request, { statusCode }, payload, done) => {
      const refused = statusCode >= 400 && statusCode < 500;
      const { startedAt } = contextOf(request.raw);
      const away = db.awayMs > performance.now() - startedAt;
      if (!isRead(request.method) && request.url !== '/service/token' && !refused && !away) {
        recent.versions.forgetAll();
        recent.permissions.forgetAll();
      }
      done(null, payload);
    });
  };
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
