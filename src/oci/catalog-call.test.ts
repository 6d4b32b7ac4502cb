import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import type { RepositoryFilter } from '../content/repositories/repository-reads.ts';
import { ensureRepository, showRepository } from '../content/repositories/repository-writes.ts';
import { openWorld, projectId, type World } from '../content/testing/world.ts';
import { AppError } from '../lib/errors.ts';
import { dialects } from '../platform/db/testing/test-database.ts';
import { RequestContext } from '../platform/http/request-context.ts';
import { TrustedProxies } from '../platform/http/trusted-proxies.ts';
import { catalogCall } from './catalog-call.ts';

const outside = { externalUrl: undefined, proxies: new TrustedProxies([]) };
const everything: RepositoryFilter = (where) => where('project_id', '>', 0);

/** Body and `Link` of an answer. */
async function ask(
  world: World,
  query: string,
  visibleRepositories = everything,
): Promise<{ repositories: string[]; link: string | undefined }> {
  let head: readonly string[] = [];
  let body = '';
  const response = {
    writeHead: (_status: number, headers: readonly string[]) => {
      head = headers;
    },
    end: (text: string) => {
      body = text;
    },
  } as unknown as ServerResponse;
  const request = { method: 'GET', headers: {}, socket: {}, complete: true } as unknown as IncomingMessage;
  const context = new RequestContext(request, outside);
  await catalogCall(world, {
    request,
    response,
    context,
    query: new URLSearchParams(query),
    visibleRepositories,
  });
  const at = head.indexOf('Link');
  return { ...(JSON.parse(body) as { repositories: string[] }), link: at < 0 ? undefined : head[at + 1] };
}

async function make(world: World, names: readonly string[], visible = true): Promise<void> {
  await world.db.transaction(async (tx) => {
    for (const name of names) {
      const { id } = await ensureRepository(tx, { projectId, name, now: 1 });
      if (visible) await showRepository(tx, id, 1);
    }
  });
}

for (const dialect of dialects) {
  test(`${dialect}: the catalog is in ASCII order, page by page, and shows what may be seen`, async () => {
    await using world = await openWorld({ dialect });
    assert.deepEqual(await ask(world, ''), { repositories: [], link: undefined });
    const names = ['library/a', 'library/a-b', 'library/a.b', 'library/a/b', 'library/a_b', 'library/b'];
    await make(world, names.toReversed());
    await make(world, ['library/invisible'], false);
    assert.deepEqual(await ask(world, ''), { repositories: names.toSorted(), link: undefined });
    const found: string[] = [];
    for (let query: string | undefined = 'n=4'; query !== undefined; ) {
      const page: Awaited<ReturnType<typeof ask>> = await ask(world, query);
      found.push(...page.repositories);
      query = /^<\/v2\/_catalog\?(.*)>; rel="next"$/.exec(page.link ?? '')?.[1];
    }
    assert.deepEqual(found, names.toSorted());
    const some = await ask(world, '', (where) => where('full_name', '>', 'library/a_'));
    assert.deepEqual(some.repositories, ['library/a_b', 'library/b']);
    assert.deepEqual(await ask(world, 'n=0'), { repositories: [], link: undefined });
    assert.equal((await ask(world, 'n=999999999999')).repositories.length, names.length);
    assert.deepEqual((await ask(world, 'last=library/a_b')).repositories, ['library/b']);
    await assert.rejects(ask(world, 'n=-1'), AppError);
  });
}
