import { SeededChance } from '../harness/image.ts';
import { RawConnection, statusesIn } from '../harness/raw-connection.ts';
import { waitUntil } from '../harness/wait-until.ts';

const methods = ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'get', 'X'];
const hex = 'a1'.repeat(32);
const targets = [
  '/v2/',
  '/v2/_catalog?n=10&last=a',
  '/v2/noise/app/tags/list?n=5',
  '/v2/noise/app/manifests/latest',
  `/v2/noise/app/manifests/sha256:${hex}`,
  `/v2/noise/app/blobs/sha256:${hex}`,
  `/v2/noise/app/referrers/sha256:${hex}?artifactType=a/b`,
  '/v2/noise/app/blobs/uploads/',
  `/v2/noise/app/blobs/uploads/?digest=sha256:${hex}`,
  `/v2/noise/app/blobs/uploads/?mount=sha256:${hex}&from=library/fuzz-0`,
  '/v2/noise/app/blobs/uploads/0192d3a0-0000-7000-8000-000000000000?digest=x',
  '/service/token?service=harbor-registry&scope=repository:noise/app:pull,push',
  '/api/v2.0/projects?q=name=~n&sort=-name&page=2&page_size=5',
  '/api/v2.0/projects/noise',
  '/api/v2.0/health',
  '/livez',
  '*',
];
const signs = [
  '%',
  '%00',
  '%2e%2e',
  '/',
  '//',
  '..',
  '?',
  '&',
  '#',
  '\\',
  '"',
  "'",
  '{',
  'é',
  ';',
  ' ',
  '\t',
  '0',
  '\0',
  '%ff',
];
const headers = [
  'Content-Length: 0',
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Content-Type: application/vnd.oci.image.manifest.v1+json',
  'Content-Type: application/json',
  'Content-Type: \u00ff;;;',
  'Content-Range: 0-4',
  'Content-Range: bytes 18446744073709551615-0/*',
  'Range: bytes=0-0,-1,5-,',
  'Expect: 100-continue',
  'Expect: 200-maybe',
  'Accept: */*;q=2, ,',
  'If-None-Match: *',
  'If-Match: "',
  'Authorization: Bearer a.b.c',
  'Authorization: Basic !!!',
  `Authorization: Basic ${Buffer.from('who:wrong').toString('base64')}`,
  'Authorization: Digest x',
  'X-Forwarded-For: 1.2.3.4, ::1, %',
  'X-Forwarded-Proto: gopher',
  'Forwarded: for="[::1"',
  'Connection: upgrade',
  'Connection: close, keep-alive',
  'Upgrade: h2c',
  'Cookie: sid=\u0001',
  'Host: other.example',
  ': nameless',
  `X-Long: ${'x'.repeat(20_000)}`,
];
const bodies = [
  '',
  'hello',
  '{"schemaVersion":2}',
  '5\r\nhello\r\n0\r\n\r\n',
  'ffffffffffff\r\n',
  '\0\0\0\0\0',
];

/** Requests that are nearly right, over connections that are used as nobody should. */
export class FuzzNoise {
  readonly #chance: SeededChance;
  readonly #ports: readonly number[];
  readonly #authorization: string;
  answers = 0;

  constructor(input: { seed: number; ports: readonly number[]; username: string; password: string }) {
    this.#chance = new SeededChance(`${input.seed}/noise`);
    this.#ports = input.ports;
    const login = Buffer.from(`${input.username}:${input.password}`).toString('base64');
    this.#authorization = `Authorization: Basic ${login}`;
  }

  /** One connection with a few requests; throws where an answer is a five-hundred. */
  async act(): Promise<void> {
    const chance = this.#chance;
    const text = Array.from({ length: 1 + chance.below(4) }, () => this.#request()).join('');
    using connection = RawConnection.open(chance.pick(this.#ports));
    const cut = chance.below(5) === 0 ? chance.below(text.length) : text.length;
    connection.send(text.slice(0, cut));
    const way = chance.below(4);
    // Gone at once, or only the half that sends.
    if (way === 0) return;
    if (way === 1) connection.socket.end();
    // Who waits for a body gets no answer, and that is right.
    const seen = (): boolean => connection.closed || connection.received.startsWith('HTTP');
    await waitUntil('an answer', seen, 300).catch(() => undefined);
    const statuses = statusesIn(connection.received);
    this.answers += statuses.length;
    const bad = statuses.find((status) => status >= 500);
    if (bad !== undefined) throw new Error(`${bad} for ${JSON.stringify(text.slice(0, 3000))}`);
  }

  #request(): string {
    const chance = this.#chance;
    let target = chance.pick(targets);
    for (let count = chance.below(3); count > 0; count -= 1) {
      const at = chance.below(target.length + 1);
      target = target.slice(0, at) + chance.pick(signs) + target.slice(at + chance.below(3));
    }
    const lines = Array.from({ length: chance.below(4) }, () => chance.pick(headers));
    if (chance.below(4) > 0) lines.unshift('Host: registry.example');
    if (chance.below(3) > 0) lines.unshift(this.#authorization);
    const version = chance.pick(['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', '']);
    return `${[`${chance.pick(methods)} ${target} ${version}`, ...lines].join('\r\n')}\r\n\r\n${chance.pick(bodies)}`;
  }
}
