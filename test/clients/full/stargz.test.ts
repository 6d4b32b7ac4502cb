// What stargz-snapshotter does when a container reads files of a layer that is not pulled yet, by its own libraries.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientTool, pinnedVersion } from '../../harness/client-tool.ts';
import { HttpProxy } from '../../harness/http-proxy.ts';
import { seededBytes } from '../../harness/image.ts';
import { tarOf } from '../../harness/image-files.ts';
import { CommandLine } from '../client-run.ts';
import { ClientMatrix } from '../matrix/client-matrix.ts';
import { maintainer, startPrivateProject } from '../private-project.ts';

const { server, folder } = await startPrivateProject();
const stargz = new CommandLine(await clientTool('stargz'), folder);
const version = pinnedVersion('stargz', 'github.com/containerd/stargz-snapshotter');
const matrix = new ClientMatrix('stargz', version);

const fileCount = 200;
const fileBytes = 200_000;

interface Read {
  readonly size: number;
  readonly fetched: readonly number[];
  readonly some: Readonly<Record<string, string>>;
  readonly all: Readonly<Record<string, string>>;
}

matrix.works(
  'lazy',
  'files are read by ranges of the layer, and the rest in one request of many ranges',
  async (t) => {
    const contents = Array.from(
      { length: fileCount },
      (_, at) => [`file-${at}`, seededBytes(`lazy/${at}`, fileBytes)] as const,
    );
    const [tar, layer] = [join(folder, 'layer.tar'), join(folder, 'layer.tar.gz')];
    writeFileSync(tar, tarOf(contents));
    await stargz.does(maintainer, 'build', tar, layer);
    const digest = await server.client(maintainer).pushBlob('desk/lazy', readFileSync(layer));

    const asked: string[] = [];
    let came = 0;
    await using proxy = await HttpProxy.start({
      ports: [server.port],
      answerMs: ({ headers: { range } }) => {
        if (range !== undefined) asked.push(range);
        return 0;
      },
      async *through(body, of) {
        for await (const piece of body) {
          if (of === 'answer') came += piece.length;
          yield piece;
        }
      },
    });
    const { username, password } = maintainer;
    const way = ['read', `127.0.0.1:${proxy.port}`, 'desk/lazy', digest, username, password];
    const { size, fetched, some, all } = JSON.parse(await stargz.does(maintainer, ...way)) as Read;
    const expected = contents.map(([name, bytes]) => [
      name,
      createHash('sha256').update(bytes).digest('hex'),
    ]);
    assert.deepEqual(all, Object.fromEntries(expected));
    assert.equal(Object.keys(some).length, fileCount / 2);

    const [begun = 0, half = 0, whole = 0] = fetched;
    assert.ok(begun < size / 10, `${begun} of ${size} for the table of contents`);
    assert.ok(half > begun && half < size * 0.9, `${half} of ${size} for every second file`);
    assert.equal(whole, size);
    const counts = asked.map((range) => range.split(',').length);
    const many = counts.filter((count) => count > 1);
    assert.ok(counts.length - many.length >= fileCount / 2, `${counts.length} requests`);
    assert.ok(Math.max(...many) >= 50, `${Math.max(...many)} ranges in one request`);
    // It would take all of the layer instead as well.
    assert.ok(came < size * 1.05, `${came} bytes came for ${size}`);
    const refused = server.log.filter(({ status }) => Number(status) >= 400 && status !== 401);
    assert.deepEqual(refused, []);
    t.diagnostic(
      `${counts.length} requests, ${Math.max(...many)} ranges in one; ${fetched.join(', ')} of ${size} bytes`,
    );
  },
);
