import { createAuthenticate } from './access/authenticate.ts';
import { visibleProjectId } from './access/resolve-and-require.ts';
import type { RestRoute } from './access/rest-route.ts';
import { LoginSlowing } from './access/slowing/login-slowing.ts';
import { TokenClock } from './access/tokens/token-clock.ts';
import { TokenKeys } from './access/tokens/token-keys.ts';
import { tokenLife } from './access/tokens/token-life.ts';
import { createTokens, type Tokens } from './access/tokens/tokens.ts';
import { createPersonalTokens } from './features/personal-tokens/personal-tokens.ts';
import { createRobots } from './features/robots/robots.ts';
import type { Base } from './open-base.ts';
import type { Config } from './platform/config/load-config.ts';
import type { Log } from './platform/log/logger.ts';
import type { Settings } from './platform/settings/settings.ts';

type Given = Pick<Base, 'db' | 'masterKey' | 'passwords'> & {
  readonly config: Config;
  readonly settings: Settings;
  readonly log: Log;
  readonly prefix: () => string;
  readonly refusals: NonNullable<Parameters<typeof createAuthenticate>[0]['refusals']>;
};

export interface SignIns extends AsyncDisposable, ReturnType<typeof createAuthenticate> {
  readonly keys: TokenKeys;
  readonly tokens: Tokens;
  readonly attempt: LoginSlowing['attempt'];
  readonly routes: readonly RestRoute[];
}

/** Everything by which somebody is known, and what slows down who guesses. */
export async function createSignIns(given: Given): Promise<SignIns> {
  const { db, masterKey, passwords, settings, config, log, prefix, refusals } = given;
  await using stack = new AsyncDisposableStack();
  const lifeSeconds = tokenLife(settings, config.tokenLifeSeconds);
  const keys = await TokenKeys.open({ db, masterKey, lifeSeconds });
  const clock = stack.use(new TokenClock({ db, log: log.of('tokens') }));
  await clock.look();
  const tokens = createTokens({
    keys,
    clock: clock.now,
    lifeSeconds,
    defaultProject: config.defaultProject,
    log: log.of('tokens'),
    visibleProjectId: (...of) => visibleProjectId({ db }, ...of),
  });
  const slowing = stack.use(new LoginSlowing({ db, masterKey, log: log.of('sign-ins') }));
  const robots = stack.use(createRobots({ db, passwords, prefix, log: log.of('robots') }));
  const personalTokens = stack.use(createPersonalTokens({ db, log: log.of('tokens') }));
  const authentication = createAuthenticate({
    db,
    refusals,
    passwords,
    slowing,
    tokens,
    robots: robots.signIns,
    personalTokens: personalTokens.signIns,
  });
  const rest = stack.move();
  return {
    ...authentication,
    keys,
    tokens,
    attempt: (...of) => slowing.attempt(...of),
    routes: [...robots.routes, ...personalTokens.routes],
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
