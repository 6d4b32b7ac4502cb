// Whatever is read from a client or an operator, tried with text that is nearly right. `BERTH_FUZZ_SECONDS` is how long,
// for all parsers together, `BERTH_FUZZ_SEED` where to begin; the seed of a run is printed.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { splitToken } from '../../src/access/tokens/json-web-token.ts';
import { parseScopes } from '../../src/access/tokens/parse-scopes.ts';
import { parseDiffIds, parseDockerManifest } from '../../src/features/archives/parse-docker-manifest.ts';
import { parseImageName } from '../../src/features/archives/parse-image-name.ts';
import { parseLayoutIndex } from '../../src/features/archives/parse-layout-index.ts';
import { insideArchive, targetOf } from '../../src/features/archives/tar/inside-archive.ts';
import { parsePax } from '../../src/features/archives/tar/parse-pax.ts';
import { ArchiveProblem } from '../../src/lib/archive-problem.ts';
import { type Chance, seededChance } from '../../src/lib/chance.testing.ts';
import { AppError } from '../../src/lib/errors.ts';
import { parseContentRange, parseRanges } from '../../src/lib/oci/byte-range.ts';
import { parseDigest, requireDigest } from '../../src/lib/oci/digest.ts';
import { entityTagMatches } from '../../src/lib/oci/entity-tag-matches.ts';
import { parseManifest } from '../../src/lib/oci/manifest.ts';
import { parseRepositoryName } from '../../src/lib/oci/repository-name.ts';
import { parseReference } from '../../src/lib/oci/tag.ts';
import { StartProblem } from '../../src/lib/start-problem.ts';
import { readTarHeader, writeTarHeader } from '../../src/lib/tar/tar-header.ts';
import { parseListPage } from '../../src/oci/list-page.ts';
import { parseAddressRange } from '../../src/platform/config/addresses/address-range.ts';
import { parseExternalUrl } from '../../src/platform/config/external-url.ts';
import { parseListenAddress } from '../../src/platform/config/listen-address.ts';
import { loadConfig } from '../../src/platform/config/load-config.ts';
import { parseStorageReserve } from '../../src/platform/config/storage-reserve.ts';
import { accepts } from '../../src/platform/http/api/accepts.ts';
import { parseListQuery } from '../../src/platform/http/api/parse-list-query.ts';
import { parseQuery } from '../../src/platform/http/api/parse-query.ts';
import { forwarded } from '../../src/platform/http/forwarded.ts';
import { isHostHeader } from '../../src/platform/http/is-host-header.ts';
import { sumUp } from '../harness/archive-files.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const seconds = Number(process.env['BERTH_FUZZ_SECONDS'] ?? 20);
const firstSeed = Number(process.env['BERTH_FUZZ_SEED'] ?? Date.now() % 2 ** 31);

interface Parser {
  readonly parse: (text: string) => unknown;
  /** What is right, to be spoiled. */
  readonly samples: readonly string[];
  /** Of what was read, that it is read the same again; throws where it is not. */
  readonly check?: (text: string, value: unknown) => void;
  /** Written by the operator, who gains nothing by a file that takes long. */
  readonly ownFile?: true;
}

const hex = 'a1'.repeat(32);
const type = 'application/vnd.oci.image.manifest.v1+json';
const descriptor = `{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:${hex}","size":2}`;
const manifest = `{"schemaVersion":2,"mediaType":"${type}","config":${descriptor},"layers":[${descriptor},${descriptor}],"subject":${descriptor},"annotations":{"a":"b"}}`;
const index = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[${descriptor}]}`;
const json = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = `${json({ alg: 'ES256', typ: 'JWT', kid: 'x' })}.${json({ iss: 'berth' })}.${'A'.repeat(86)}`;
const configFile = join(temporaryFolder(), 'berth.yml');
const request = (headers: object): IncomingMessage => ({ headers }) as IncomingMessage;

/** A block with the sum that it needs to be read further. */
function summedUp(text: string): Buffer {
  const block = Buffer.alloc(512);
  block.write(text, 'latin1');
  sumUp(block);
  return block;
}

const sameText = (text: string, value: unknown): void => assert.equal(value, text);

const parsers: Readonly<Record<string, Parser>> = {
  name: {
    parse: (text) => parseRepositoryName(text, 'library'),
    samples: ['library/app', 'a/b-c/d__e.f', 'nginx', 'a'.repeat(230)],
    check: (text, value) => {
      const { fullName, clientForm } = value as ReturnType<typeof parseRepositoryName>;
      assert.equal(clientForm, text);
      assert.doesNotMatch(fullName, /\.\.|\/\/|^\/|\/$|[^a-z0-9._/-]/);
      assert.equal(parseRepositoryName(fullName, 'library').fullName, fullName);
    },
  },
  digest: { parse: requireDigest, samples: [`sha256:${hex}`, `sha512:${hex}${hex}`], check: sameText },
  'digest, if it is one': {
    parse: parseDigest,
    samples: [`sha256:${hex}`],
    check: (text, value) => value === undefined || sameText(text, value),
  },
  reference: { parse: parseReference, samples: ['v1.0', 'latest', `sha256:${hex}`, 'a'.repeat(128)] },
  range: {
    parse: (text) => parseRanges(text, 1000),
    samples: ['bytes=0-9', 'bytes=-5', 'bytes=0-1,4-9, 20-', 'bytes=999-', `bytes=${'0-0,'.repeat(500)}1-1`],
    check: (_text, value) => {
      const asked = value as ReturnType<typeof parseRanges>;
      const ranges = asked.kind === 'one' ? [asked.range] : asked.kind === 'several' ? asked.ranges : [];
      for (const { start, end } of ranges)
        assert.ok(start >= 0 && start < end && end <= 1000, JSON.stringify(asked));
    },
  },
  'content range': {
    parse: parseContentRange,
    samples: ['0-9', 'bytes 5-10/20', '0-99999999999999'],
    check: (_text, value) => {
      const range = value as ReturnType<typeof parseContentRange>;
      if (range !== undefined) assert.ok(range.start < range.end && Number.isSafeInteger(range.end));
    },
  },
  'entity tags': {
    parse: (text) => entityTagMatches(text, `sha256:${hex}`, 'weak'),
    samples: ['*', `"sha256:${hex}"`, `W/"a", "b", "sha256:${hex}"`],
  },
  accept: {
    parse: (text) => accepts(text, type),
    samples: ['*/*', `${type};q=0.5, text/html`, 'application/*;q=0'],
  },
  scopes: {
    parse: (text) => parseScopes([text], 'library'),
    samples: [
      'repository:a/b:pull,push',
      'registry:catalog:*',
      'repository(plugin):host:5000/a/b:pull repository:c:*',
    ],
  },
  token: { parse: splitToken, samples: [token] },
  manifest: { parse: (text) => parseManifest(Buffer.from(text), type), samples: [manifest] },
  index: { parse: (text) => parseManifest(Buffer.from(text), undefined), samples: [index, manifest] },
  page: {
    parse: (text) => parseListPage(new URLSearchParams(text), { usual: 100, most: 1000 }),
    samples: ['n=10&last=a', 'n=999999999', 'last=%00%ff&n='],
    check: (_text, value) => {
      const { count, after } = value as ReturnType<typeof parseListPage>;
      assert.ok(count >= 0 && count <= 1000 && !after.includes('\0'));
    },
  },
  'query of a list': {
    parse: parseListQuery,
    samples: ['name=~a,public=true', 'a=[1~5],b={x y},c=(a b)', "name={'a b' c}"],
  },
  query: { parse: parseQuery, samples: ['a=b&c=%20d', '%2525=%E0%A4%A'] },
  'forwarded addresses': {
    parse: (text) => forwarded(request({ 'x-forwarded-for': text, 'x-forwarded-host': text })),
    samples: ['10.0.0.1, ::1', 'a, b,, c'],
  },
  forwarded: {
    parse: (text) => forwarded(request({ forwarded: text })),
    samples: ['for=1.2.3.4;proto=https;host="a:1"', 'for="[::1]:80", for=x;by="a\\"b"'],
  },
  host: { parse: isHostHeader, samples: ['registry.example:5000', '[::1]:443', 'a%41.b'] },
  'address to listen on': { parse: parseListenAddress, samples: ['localhost:5000', '[::]:443', '0.0.0.0:1'] },
  'address range': { parse: parseAddressRange, samples: ['10.0.0.0/8', '::1', 'fe80::/10'] },
  'external address': {
    parse: parseExternalUrl,
    samples: ['https://registry.example', 'http://[::1]:5000/'],
  },
  'reserved room': { parse: parseStorageReserve, samples: ['5%', '10GiB', '1.5 TB', '0'] },
  'configuration file': {
    parse: (text) => {
      writeFileSync(configFile, text);
      return loadConfig({ flags: { config: configFile }, env: {}, cwd: '/' });
    },
    ownFile: true,
    samples: [
      'listen: localhost:5005\ndrain_delay: 1\nlog_level: warn\ntrusted_proxies: 10.0.0.0/8, ::1\n',
      'storage_reserve: 5%\ntoken_life: 300\nlang: zh\n',
      'data: &a /x\nstorage: *a\n',
    ],
  },
  'head in a tar': {
    parse: (text) => readTarHeader(summedUp(text), 0),
    samples: [
      Buffer.from(writeTarHeader('blobs/sha256/a', 2 ** 20)).toString('latin1'),
      Buffer.from(writeTarHeader('large', 2 ** 40)).toString('latin1'),
    ],
    check: (_text, value) => {
      const header = value as ReturnType<typeof readTarHeader>;
      if (header !== undefined) assert.ok(Number.isSafeInteger(header.sizeBytes) && header.sizeBytes >= 0);
    },
  },
  'pax in a tar': {
    parse: (text) => parsePax(Buffer.from(text), 0),
    samples: ['12 path=a/b\n18 linkpath=../../x\n', '18 size=1234567890\n21 GNU.sparse.major=1\n'],
    check: (_text, value) => {
      const { sizeBytes = 0 } = value as ReturnType<typeof parsePax>;
      assert.ok(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0);
    },
  },
  'name in an archive': {
    parse: (text) => [insideArchive(text), targetOf('a/b', text, true), targetOf('a/b', text, false)],
    samples: ['./blobs/sha256/a', '../../etc/passwd', '/etc/passwd', 'a/./b//c/'],
    check: (_text, value) => {
      for (const name of value as (string | undefined)[])
        assert.equal(name !== undefined && /^\/|(^|\/)\.\.?(\/|$)|\0/.test(name), false);
    },
  },
  'name of an image in an archive': {
    parse: parseImageName,
    samples: ['registry.example:5000/a/b:v1', `docker.io/library/x@sha256:${hex}`, 'v1', 'localhost/a:b'],
  },
  'index of a layout': {
    parse: (text) => parseLayoutIndex(Buffer.from(text)),
    samples: [
      index,
      index.replace('"size":2', '"size":2,"annotations":{"org.opencontainers.image.ref.name":"v1"}'),
    ],
  },
  'manifest.json': {
    parse: (text) => parseDockerManifest(Buffer.from(text)),
    samples: [
      '[{"Config":"a.json","RepoTags":["a:b"],"Layers":["b/layer.tar"]}]',
      '[{"Config":"a","Layers":null}]',
    ],
  },
  'layers of a configuration': {
    parse: (text) => parseDiffIds(Buffer.from(text), 'a.json'),
    samples: [`{"rootfs":{"type":"layers","diff_ids":["sha256:${hex}"]}}`],
  },
  'setting by variable': {
    parse: (text) =>
      loadConfig({
        flags: {},
        env: { BERTH_LISTEN: text, BERTH_TOKEN_LIFE: text, BERTH_TRUSTED_PROXIES: text },
        cwd: '/',
      }),
    samples: ['localhost:5000', '300', '10.0.0.0/8, ::1'],
  },
};

const letters = [
  '"',
  "'",
  ',',
  ';',
  ':',
  '/',
  '\\',
  '%',
  '%00',
  '\0',
  '..',
  '=',
  '-',
  '_',
  '@',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  ' ',
  '\t',
  '\n',
  '\r',
  'é',
  '\u2024',
  '\ud800',
  '\ufeff',
  '0',
  '9',
  'a',
  'Z',
  '*',
  '~',
  '$',
  '1e400',
  '-1',
  '18446744073709551616',
  '__proto__',
  'null',
  'bytes=',
  'sha256:',
];

function spoil(chance: Chance, sample: string): string {
  let text = sample;
  for (let count = chance.whole(6); count >= 0; count -= 1) {
    const [a, b] = [chance.whole(text.length + 1), chance.whole(text.length + 1)].toSorted(
      (x, y) => x - y,
    ) as [number, number];
    const [head, middle, tail] = [text.slice(0, a), text.slice(a, b), text.slice(b)];
    const way = chance.whole(6);
    if (way === 0) text = head + tail;
    else if (way === 1) text = head + middle + middle + tail;
    else if (way === 2) text = head + chance.pick(letters).repeat(1 + chance.whole(20)) + tail;
    else if (way === 3) text = middle + head + tail;
    else text = text.slice(0, a) + chance.pick(letters) + text.slice(a + chance.whole(2));
    if (text.length > 20_000) text = text.slice(0, 20_000);
  }
  return text;
}

/** What came of it, as text: to compare with the same again. */
function outcome({ parse, check }: Parser, text: string): string {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (error instanceof AppError) return `refused: ${error.code} ${error.message}`;
    if (error instanceof ArchiveProblem) return `refused: ${error.message}`;
    if (error instanceof StartProblem) return `refused: ${JSON.stringify(error)}`;
    throw error;
  }
  check?.(text, value);
  return (
    JSON.stringify(value, (_key, each: unknown) => (each instanceof Map ? [...each] : each)) ?? 'undefined'
  );
}

test('nothing but a refusal is thrown, and the same text is read the same way', (t) => {
  t.diagnostic(`BERTH_FUZZ_SEED=${firstSeed}`);
  const entries = Object.entries(parsers);
  for (const [name, parser] of entries)
    for (const sample of parser.samples) assert.ok(outcome(parser, sample), name);
  const endsAt = performance.now() + seconds * 1000;
  let tried = 0;
  for (let seed = firstSeed; performance.now() < endsAt; seed += 1)
    for (const [name, parser] of entries) {
      const chance = seededChance(seed);
      const text = spoil(chance, chance.pick(parser.samples));
      try {
        assert.equal(outcome(parser, text), outcome(parser, text));
      } catch (error) {
        throw new Error(`${name}, BERTH_FUZZ_SEED=${seed}: ${JSON.stringify(text.slice(0, 2000))}`, {
          cause: error,
        });
      }
      tried += 1;
    }
  t.diagnostic(`${tried} texts, ${entries.length} parsers`);
  assert.ok(tried > 1000);
});

/** The least of several runs: others use the machine as well. */
function millisecondsFor(parser: Parser, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    const from = performance.now();
    outcome({ parse: parser.parse, samples: [] }, text);
    best = Math.min(best, performance.now() - from);
  }
  return best;
}

/** Four times the input takes four times the time, sixteen times where the work is quadratic. */
const mostTimes = 9;

test('four times the input takes less than nine times the time', (t) => {
  const slow: string[] = [];
  for (const [name, parser] of Object.entries(parsers)) {
    if (parser.ownFile === true) continue;
    const [sample = ''] = parser.samples;
    for (const part of [...letters, ...parser.samples])
      for (const frame of [
        (middle: string) => middle,
        (middle: string) => sample + middle,
        (middle: string) => `${middle}!`,
      ]) {
        const took = (times: number): number =>
          millisecondsFor(parser, frame(part.repeat(Math.ceil((times * 16_000) / part.length))));
        const once = took(1);
        const fourTimes = took(4);
        // Where it is fast there is nothing to measure: quadratic work on so much takes seconds.
        if (fourTimes < 50 || fourTimes < mostTimes * once) continue;
        // Others use the machine as well: it has to be so again.
        if ([1, 2, 3].some(() => took(4) < mostTimes * took(1))) continue;
        slow.push(
          `${name}: ${JSON.stringify(part.slice(0, 30))}: ${once.toFixed(1)} ms, ${fourTimes.toFixed(1)} ms`,
        );
      }
  }
  t.diagnostic(`${Object.keys(parsers).length} parsers`);
  assert.deepEqual(slow, []);
});
