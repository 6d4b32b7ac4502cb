import type { RestRoute } from '../../access/rest-route.ts';
import type { AuditDeps } from './list-audit-log.ts';
import { auditRoutes } from './routes.ts';
import { SilencedKinds, type SilencedKindsDeps } from './silenced-kinds.ts';

export function createAudit(deps: AuditDeps): { readonly routes: readonly RestRoute[] } {
  return { routes: auditRoutes(deps) };
}

/** Counts from when this resolves. */
export async function leaveOutOfAudit(deps: SilencedKindsDeps): Promise<AsyncDisposable> {
  const silenced = new SilencedKinds(deps);
  await silenced.tell();
  return silenced;
}
