import type { RestRoute } from '../../access/rest-route.ts';
import type { Routes } from '../../platform/http/server.ts';
import { deviceLoginRoutes } from './device-login-routes.ts';
import { type DevicePageDeps, devicePageRoutes } from './routes.ts';

/** Programs without a password sign in by a person who has one: their operations, and the page for the person. */
export function createDeviceLogins(deps: DevicePageDeps): {
  readonly routes: readonly RestRoute[];
  readonly page: Routes;
} {
  return { routes: deviceLoginRoutes(deps), page: devicePageRoutes(deps) };
}
