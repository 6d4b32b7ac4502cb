import type { Settings } from '../../platform/settings/settings.ts';

/** The default of the setting, which counts in whole minutes, for a server started with this life. */
export function tokenMinutes(startSeconds: number): number {
  return Math.ceil(startSeconds / 60);
}

/** How many seconds a token lives that is made now: as the server was started, until the setting says otherwise. */
export function tokenLife(settings: Pick<Settings, 'get'>, startSeconds: number): () => number {
  return () => {
    const minutes = settings.get('token_expiration');
    return minutes === tokenMinutes(startSeconds) ? startSeconds : minutes * 60;
  };
}
