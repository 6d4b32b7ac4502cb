import { type ArchiveServer, askRegistry } from '../../../archives.ts';
import { Refused } from '../../client/refused.ts';
import type { Pod } from './images-of-pods.ts';

const pageSize = 500;
const gone = 410;

interface Page {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly Pod[];
}

/**
 * Every Pod of every namespace, page by page. A list that has become too old for its next page is begun once more.
 * @throws Refused when any page is missing: half a list would let go what runs
 */
export async function* listPods(server: ArchiveServer): AsyncGenerator<readonly Pod[]> {
  let [next, isAgain] = ['', false];
  for (;;) {
    const query = new URLSearchParams({
      limit: String(pageSize),
      ...(next === '' ? {} : { continue: next }),
    });
    const path = `/api/v1/pods?${query.toString()}`;
    const { status, text } = await askRegistry(server, {
      method: 'GET',
      path,
      headers: { Accept: 'application/json' },
    });
    if (status === gone && next !== '' && !isAgain) {
      [next, isAgain] = ['', true];
      continue;
    }
    if (status !== 200) throw new Refused(`Kubernetes: HTTP ${status} ${reasonOf(text)}`, status);
    const page = JSON.parse(text) as Page;
    if (!Array.isArray(page.items)) throw new Refused('Kubernetes: GET /api/v1/pods is no list', 502);
    yield page.items;
    next = page.metadata?.continue ?? '';
    if (next === '') return;
  }
}

function reasonOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? '';
  } catch {
    // A proxy in between answers with a page: the status says enough.
    return '';
  }
}
