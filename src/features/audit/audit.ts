import type { RestRoute } from '../../access/rest-route.ts';
import type { AuditDeps } from './list-audit-log.ts';
import { auditRoutes } from './routes.ts';

export function createAudit(deps: AuditDeps): { readonly routes: readonly RestRoute[] } {
  return { routes: auditRoutes(deps) };
}
