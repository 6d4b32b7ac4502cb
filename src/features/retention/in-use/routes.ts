import { type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Database } from '../../../platform/db/database.ts';
import { append } from '../../../platform/events/append.ts';
import { apiTime } from '../../../platform/http/api/api-time.ts';
import { inUseLists, putInUseList, removeInUseList } from '../store/in-use-store.ts';
import { parseImage } from './parse-image.ts';

interface Deps {
  readonly db: Database;
  /** Of images without one; empty: no image of this registry is. */
  readonly defaultProject: string;
}

const tag = 'retention';
const path = '/api/berth/v1/in-use';
const pathOfOne = `${path}/{cluster}`;
const hourMs = 60 * 60 * 1000;
const mostHours = 24 * 365;
const mostImages = 10_000;

const number = { type: 'integer', format: 'int64' } as const;
const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;

const ofOne = {
  cluster: {
    in: 'path',
    required: true,
    description: 'The name of the cluster: a small letter, then small letters, digits, . _ -',
    schema: text,
  },
} as const;

/** Images that run somewhere: retention leaves them alone, and deletes nothing once a list has ended. */
export function inUseRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), putRoute(deps), deleteRoute(deps)];
}

function listRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path,
    operationId: 'listImagesInUse',
    tag,
    summary: 'The clusters that tell which images they use, and until when that holds.',
    needs: 'system',
    permission: 'in-use:list',
    parameters: {},
    answers: {
      200: {
        description: 'All of them.',
        schema: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              cluster: text,
              images: number,
              updated_at: time,
              expires_at: time,
              expired: { type: 'boolean' },
            },
          },
        },
      },
    },
    refusals: [401, 403],
    run: async () => {
      const now = await db.now();
      const body = (await inUseLists(db.reader)).map(({ cluster, images, updatedAt, expiresAt }) => ({
        cluster,
        images,
        updated_at: apiTime(updatedAt),
        expires_at: apiTime(expiresAt),
        expired: expiresAt <= now,
      }));
      return { status: 200, body };
    },
  });
}

function putRoute({ db, defaultProject }: Deps): RestRoute {
  return restRoute.system({
    method: 'PUT',
    path: pathOfOne,
    operationId: 'putImagesInUse',
    tag,
    summary:
      'Replaces the list of a cluster. Once it ends, retention deletes nothing until it is renewed or removed.',
    needs: 'system',
    permission: 'in-use:update',
    parameters: ofOne,
    body: {
      name: 'list',
      schema: {
        type: 'object',
        properties: {
          images: { type: 'array', items: text },
          expires_in_hours: { ...number, description: 'From now on; 24 unless given.' },
        },
      },
    },
    answers: {
      200: {
        description: 'Kept.',
        schema: { type: 'object', properties: { images: number, expires_at: time } },
      },
    },
    refusals: [400, 401, 403],
    run: async ({ parameters: { cluster }, body }, { actor }) => {
      const { images: names = [], expires_in_hours: hours = 24 } = body;
      if (!/^[a-z][a-z0-9._-]{0,99}$/.test(cluster))
        throw bad(
          'the name of a cluster is a small letter, then small letters, digits and . _ -, at most 100',
        );
      if (hours < 1 || hours > mostHours) throw bad(`expires_in_hours is ${hours}: give 1 to ${mostHours}`);
      if (names.length > mostImages)
        throw bad(`a list has at most ${mostImages} images, not ${names.length}`);
      const images = names.map((name) => parseImage(name, defaultProject || 'library'));
      const now = await db.now();
      const expiresAt = now + hours * hourMs;
      await db.transaction(async (tx) => {
        await putInUseList(tx, { cluster, now, expiresAt, by: actor.principal }, images);
        const event = { type: 'inuse.updated', at: now, actor, projectId: null, object: cluster } as const;
        await append(tx, { ...event, data: { images: images.length, expiresAt } });
      });
      return { status: 200, body: { images: images.length, expires_at: apiTime(expiresAt) } };
    },
  });
}

function deleteRoute({ db }: Deps): RestRoute {
  return restRoute.system({
    method: 'DELETE',
    path: pathOfOne,
    operationId: 'deleteImagesInUse',
    tag,
    summary: 'Removes the list of a cluster, such as one that is no more.',
    needs: 'system',
    permission: 'in-use:delete',
    parameters: ofOne,
    answers: { 200: { description: 'Gone.' } },
    refusals: [401, 403, 404],
    run: async ({ parameters: { cluster } }, { actor }) => {
      const now = await db.now();
      await db.transaction(async (tx) => {
        if (!/^[a-z][a-z0-9._-]{0,99}$/.test(cluster) || !(await removeInUseList(tx, cluster)))
          throw new AppError('NOT_FOUND', { message: 'there is no list of that cluster' });
        await append(tx, { type: 'inuse.deleted', at: now, actor, projectId: null, object: cluster });
      });
      return { status: 200 };
    },
  });
}

function bad(message: string): AppError {
  return new AppError('BAD_REQUEST', { message });
}
