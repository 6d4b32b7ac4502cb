import type { IncomingMessage } from 'node:http';
import { AppError } from '../../lib/errors.ts';
import { isHostHeader } from './is-host-header.ts';

/** More than any client sends. Node keeps one more, so that too many can be told from enough. */
export const maxHeaders = 200;

/**
 * What Node's parser lets through and no handler should see: requests that two programs in a row may understand
 * differently. After such an answer the connection is closed.
 */
export function requestProblem(request: IncomingMessage): AppError | undefined {
  const { headers, rawHeaders, httpVersion } = request;
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return bad('only HTTP/1.0 and HTTP/1.1 are spoken here');
  if (rawHeaders.length > 2 * maxHeaders) return new AppError('HEADERS_TOO_LARGE');
  const coding = headers['transfer-encoding'];
  // RFC 9112, 6.1 and 6.3: with HTTP/1.0 the framing is faulty; other codings would only be passed through.
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersion === '1.0'))
    return bad('the only Transfer-Encoding is chunked, with HTTP/1.1');
  // RFC 9110, 10.1.1: with HTTP/1.0 it has no meaning.
  if (
    headers.expect !== undefined &&
    httpVersion === '1.1' &&
    headers.expect.toLowerCase() !== '100-continue'
  )
    return new AppError('EXPECTATION_UNKNOWN');
  return hostProblem(request);
}

/** RFC 9112, 3.2. An empty one is right where the target has no host. */
function hostProblem({ headers, rawHeaders, httpVersion }: IncomingMessage): AppError | undefined {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') count += 1;
  if (count > 1 || (count === 0 && httpVersion === '1.1')) return bad('there must be one Host header');
  const { host = '' } = headers;
  return host === '' || isHostHeader(host)
    ? undefined
    : bad('the Host header is no host with an optional port');
}

/**
 * RFC 9112, 3.2.2: a target may be a whole URL, whose host then counts instead of the header.
 * @throws AppError BAD_REQUEST
 */
export function takeTargetApart(request: IncomingMessage): void {
  const { url = '' } = request;
  if (url.startsWith('/') || url === '*') return;
  const match = /^https?:\/\/([^/?#]*)([/?].*)?$/i.exec(url);
  const host = match?.[1] ?? '';
  if (!isHostHeader(host)) throw bad('the target is neither a path nor a URL with http and a host');
  const rest = match?.[2] ?? '/';
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
  request.headers.host = host;
}

function bad(message: string): AppError {
  return new AppError('BAD_REQUEST', { message });
}
