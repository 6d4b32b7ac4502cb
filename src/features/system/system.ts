import type { Routes } from '../../platform/http/server.ts';
import { type SystemDeps, systemRoutes } from './routes.ts';

export function createSystem(deps: SystemDeps): { readonly routes: Routes } {
  return { routes: systemRoutes(deps) };
}
