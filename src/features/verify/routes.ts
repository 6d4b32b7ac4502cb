import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import { type VerifyDeps, verifyStorage } from './verify-storage.ts';

export function verifyRoutes(deps: VerifyDeps): Routes {
  return (server) => {
    server.post('/verify/storage', async (request) => {
      contextOf(request.raw).route = '/verify/storage';
      return verifyStorage(deps);
    });
  };
}
