import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { call, list } from '../../api/call.ts';
import { useFailureText } from '../../api/failure.tsx';
import { Confirm } from '../../ui/controls/confirm.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { Time } from '../../ui/show/values.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { trashTexts } from './text.ts';

interface EmptyTrashProps {
  readonly count: number;
  /** What that gives back, counted at a time; undefined: not counted yet. */
  readonly bytes: number | undefined;
  readonly at: string | undefined;
  readonly onClose: () => void;
}

export function EmptyTrash({ count, bytes, at, onClose }: EmptyTrashProps): ReactNode {
  const said = useTexts(trashTexts);
  const { language } = useLanguage();
  const failureText = useFailureText();
  const toast = useToast();
  const queries = useQueryClient();
  const [done, setDone] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const number = (value: number): string => formatNumber(value, language);
  const run = async (): Promise<void> => {
    setProblem(undefined);
    setDone(0);
    try {
      const gone = await purgeAll(setDone);
      toast({ text: said.emptied(number(gone.count), number(gone.bytes)) });
      onClose();
    } catch (error) {
      setProblem(failureText(error instanceof Error ? error : new Error(String(error))));
    }
    setDone(undefined);
    await queries.invalidateQueries();
  };
  return (
    <Confirm
      danger
      title={said.empty}
      label={done === undefined ? said.empty : said.emptying(number(done), number(count))}
      typed={said.emptyWord}
      busy={done !== undefined}
      problem={problem}
      onClose={onClose}
      onConfirm={() => void run()}
    >
      <p>{said.emptyWhat(number(count))}</p>
      {bytes === undefined ? null : (
        <p>
          <strong>{said.emptyFrees(number(bytes))}</strong>{' '}
          <span className="meta">
            {said.counted} <Time at={at} />
          </span>
        </p>
      )}
      <p>{said.purgeUndo}</p>
      <AsCommand code="berth trash empty" />
    </Confirm>
  );
}

const atOnce = 100;

/** One after the other; what goes with a repository or a project is gone with it. */
async function purgeAll(
  tell: (done: number) => void,
): Promise<{ readonly count: number; readonly bytes: number }> {
  let count = 0;
  let bytes = 0;
  for (;;) {
    const { rows } = await list('GET /api/berth/v1/trash', { query: { page: 1, page_size: atOnce } });
    if (rows.length === 0) return { count, bytes };
    for (const { id = 0 } of rows) {
      bytes += await purgeIfThere(id);
      count += 1;
      tell(count);
    }
  }
}

async function purgeIfThere(id: number): Promise<number> {
  try {
    const { size = 0 } = await call('DELETE /api/berth/v1/trash/{trash_id}', { path: { trash_id: id } });
    return size;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return 0;
    throw error;
  }
}
