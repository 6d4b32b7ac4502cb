import { canOnSystem } from '../../access/authorize.ts';
import { limitsOfToken } from '../../access/personal-tokens/token-reads.ts';
import { type RestRoute, restRoute, type SignedInAsker } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import type { CertificateLife } from '../../platform/tls/certificate-life.ts';
import { countExpiring, type Expiring, type Places, pageOfExpiring, type Seen } from './expiry-store.ts';
import { asExpiring, dayMs } from './tell-expiry.ts';

export interface ExpiryDeps {
  readonly db: Database;
  readonly certificate: () => CertificateLife | undefined;
  /** What stands before the names of robots. */
  readonly prefix: () => string;
}

const maxDays = 366;

const text = { type: 'string' } as const;

export function expiryRoutes(deps: ExpiryDeps): readonly RestRoute[] {
  return [
    restRoute.signedIn({
      method: 'GET',
      path: '/api/berth/v1/expiring',
      operationId: 'listExpiring',
      tag: 'expiry',
      summary: 'What ends soon, the nearest end first: grants, personal tokens, robots, the certificate.',
      needs: 'signed-in',
      parameters: {
        within: {
          in: 'query',
          description: `In so many days: 30d, at most ${maxDays}d.`,
          schema: { type: 'string', default: '30d' },
        },
        ...pageParameters,
      },
      answers: {
        200: {
          description: 'A page of those that the caller may see.',
          headers: ['X-Total-Count', 'Link'],
          schema: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                kind: { ...text, enum: ['certificate', 'grant', 'robot', 'token'] },
                id: { type: 'integer', format: 'int64', description: 'None of a certificate.' },
                name: { ...text, description: 'Of a grant its role.' },
                holder: { ...text, description: 'The account, group:NAME or robot:NAME.' },
                where: { ...text, description: 'A project, or repositories of it.' },
                expires_at: { type: 'string', format: 'date-time' },
              },
            },
          },
        },
      },
      refusals: [400, 401],
      run: async (call, asker) => {
        const { db, certificate, prefix } = deps;
        const page = parsePage(call.parameters);
        const after = await db.now();
        const upTo = after + readDays(call.parameters.within) * dayMs;
        const window = { after, upTo, seen: await seenBy(db, asker) };
        const own = seesSettings(asker) ? asExpiring(certificate()) : undefined;
        const one = own !== undefined && own.expiresAt > after && own.expiresAt <= upTo ? own : undefined;
        const [offset, limit] = [offsetOf(page), page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size];
        const total = (await countExpiring(db.reader, window)) + (one === undefined ? 0 : 1);
        const items = await withOne(
          one,
          { offset, limit },
          {
            rows: (at) => pageOfExpiring(db.reader, { ...window, ...at }),
            before: (end) => countExpiring(db.reader, { ...window, upTo: end }),
          },
        );
        return pageAnswer(call, page, { items: items.map((row) => view(row, prefix())), total });
      },
    }),
  ];
}

interface Slice {
  readonly offset: number;
  readonly limit: number;
}

/** A page of a list in which one more row, that is in no table, has its place by its end. */
async function withOne(
  one: Expiring | undefined,
  { offset, limit }: Slice,
  list: {
    readonly rows: (slice: Slice) => Promise<Expiring[]>;
    /** How many end no later. */
    readonly before: (end: number) => Promise<number>;
  },
): Promise<Expiring[]> {
  if (one === undefined) return list.rows({ offset, limit });
  const place = await list.before(one.expiresAt);
  if (place < offset) return list.rows({ offset: offset - 1, limit });
  const rows = await list.rows({ offset, limit });
  return rows.toSpliced(place - offset, 0, one).slice(0, limit);
}

/** @throws AppError BAD_REQUEST */
function readDays(given: string): number {
  const days = Number(/^(\d{1,3})d$/.exec(given)?.[1] ?? 0);
  if (days >= 1 && days <= maxDays) return days;
  throw new AppError('BAD_REQUEST', {
    message: `"${given.slice(0, 50)}" is no span of days`,
    detail: `write it like 30d; at most ${maxDays}d`,
  });
}

/**
 * The same rights as for the lists of robots, members and tokens; everybody sees what is their own, but by a token that is
 * limited: it would tell of places that it may not see.
 */
async function seenBy(db: Database, { principal, grants, now }: SignedInAsker): Promise<Seen> {
  const limited =
    principal.kind === 'user' &&
    principal.personalToken !== undefined &&
    (await limitsOfToken(db.reader, principal.personalToken)) !== undefined;
  const onSystem = (permission: 'robot:list' | 'user:list'): boolean => canOnSystem(grants, permission, now);
  const places = (permission: 'robot:list' | 'member:list', all: boolean): Places => {
    const visible = visibleTo(grants, permission, now);
    if (all && visible.kind === 'all') return { kind: 'all' };
    return { kind: 'some', projectIds: visible.kind === 'all' ? [] : visible.projectIds };
  };
  return {
    robots: places('robot:list', onSystem('robot:list')),
    grants: places('member:list', onSystem('user:list')),
    allTokens: onSystem('user:list'),
    userId: principal.kind === 'user' && !limited ? principal.id : undefined,
    robotId: principal.kind === 'robot' ? principal.robotId : undefined,
  };
}

function seesSettings({ grants, now }: SignedInAsker): boolean {
  return canOnSystem(grants, 'configuration:read', now);
}

function view(row: Expiring, prefix: string): object {
  const { kind, id, name, holder, project, pattern, expiresAt } = row;
  return {
    kind,
    ...(kind === 'certificate' ? {} : { id }),
    name: kind === 'robot' ? `${prefix}${name}` : name,
    ...(holder === null ? {} : { holder }),
    ...(project === null ? {} : { where: pattern === null ? project : `${project}/${pattern}` }),
    expires_at: apiTime(expiresAt),
  };
}
