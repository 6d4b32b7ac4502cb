// W1, W6, W7, the 1 KiB blobs of W2, and what a sign-in costs.

import { KiB, makeBlob, makeImage } from '../load/blob.ts';
import { requestLoad } from '../load/request-load.ts';
import type { Target } from '../servers/target.ts';
import type { Scale, Workload } from './workload.ts';

interface Request {
  readonly id: string;
  readonly label: string;
  readonly path: string;
  readonly connections: number;
  readonly method?: 'HEAD';
  readonly status?: number;
  readonly as?: 'writer';
}

const image = makeImage('bench-image');
const byTag = '/v2/bench/img/manifests/latest';
const byDigest = `/v2/bench/img/manifests/${image.manifest.digest}`;
const small = `/v2/bench/img/blobs/${makeBlob('blob-1k', KiB).digest}`;
const absent = `/v2/bench/img/blobs/sha256:${'0'.repeat(64)}`;
const tags = '/v2/bench/tags/tags/list';

const requests: readonly Request[] = [
  { id: 'W1', label: 'GET manifest by tag', path: byTag, connections: 1 },
  { id: 'W1', label: 'GET manifest by tag', path: byTag, connections: 16 },
  { id: 'W1', label: 'GET manifest by tag', path: byTag, connections: 64 },
  { id: 'W1', label: 'GET manifest by digest', path: byDigest, connections: 16 },
  { id: 'W1', label: 'HEAD manifest by tag', method: 'HEAD', path: byTag, connections: 16 },
  { id: 'W2', label: 'GET blob of 1 KiB', path: small, connections: 1 },
  { id: 'W2', label: 'GET blob of 1 KiB', path: small, connections: 16 },
  { id: 'W6', label: 'list of 10,000 tags', path: tags, connections: 4 },
  { id: 'W6', label: 'page of 100 tags', path: `${tags}?n=100&last=v05000`, connections: 4 },
  {
    id: 'W6',
    label: '1,000 of 10,000 repositories',
    path: '/v2/_catalog?n=1000',
    connections: 4,
    as: 'writer',
  },
  { id: 'W7', label: 'HEAD blob, present', method: 'HEAD', path: small, connections: 16 },
  { id: 'W7', label: 'HEAD blob, present', method: 'HEAD', path: small, connections: 64 },
  { id: 'W7', label: 'HEAD blob, absent', method: 'HEAD', path: absent, connections: 16, status: 404 },
];

export function requestWorkloads(scale: Scale): readonly Workload[] {
  return requests.map((request) => workloadOf(request, scale));
}

/** The same requests on one server by a stranger, with a token and with a password. */
export function signInWorkloads(scale: Scale): readonly Workload[] {
  const chosen = requests.filter(({ id, connections }) => id !== 'W6' && connections === 16);
  return chosen.map((request) => ({ ...workloadOf(request, scale), id: `A ${request.id}` }));
}

function workloadOf({ id, label, path, connections, method, status, as }: Request, scale: Scale): Workload {
  return {
    id,
    label: `${label}, c=${connections}`,
    unit: 'requests/s',
    cpuUnit: 'µs/request',
    run: (target: Target) =>
      requestLoad(target, {
        method: method ?? 'GET',
        path,
        connections,
        // The slow peers need some seconds for a handful of catalogs.
        seconds: scale.seconds + (path.includes('_catalog') ? 3 : 0),
        authorization: as === undefined ? target.reader : target.writer,
        ...(status === undefined ? {} : { status }),
      }),
  };
}
