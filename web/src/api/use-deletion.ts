import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../ui/feedback/toast.tsx';
import { formatBytes } from '../ui/text/format.ts';
import { useLanguage, useTexts } from '../ui/text/language.tsx';
import { call, list } from './call.ts';
import { deletionTexts } from './deletion-text.ts';
import { useFailureText } from './failure.tsx';

export interface Deletion {
  /** Deletes it. */
  readonly run: () => Promise<unknown>;
  /** How it is called: `pay/api:v1`. */
  readonly name: string;
  /** Conditions of `q` by which it is found in the trash afterwards. */
  readonly inTrash: string;
}

interface Asked {
  readonly things: readonly Deletion[];
  readonly onDone: () => void;
}

/** Deletes things, tells what that freed, and offers to take it back from the trash. */
export function useDeletion(): {
  readonly remove: (things: Asked['things'], onDone: Asked['onDone']) => void;
  readonly isPending: boolean;
  readonly error: Error | null;
} {
  const said = useTexts(deletionTexts);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const toast = useToast();
  const restore = useRestore();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async ({ things }: Asked) => {
      const items: { readonly id: number; readonly size: number }[] = [];
      for (const thing of things) {
        await thing.run();
        const { rows } = await list('GET /api/berth/v1/trash', {
          query: { q: thing.inTrash, sort: '-deleted_at', page: 1, page_size: 1 },
        });
        const [item] = rows;
        if (item?.id !== undefined) items.push({ id: item.id, size: item.size ?? 0 });
      }
      return items;
    },
    // Here, not where it is called: the page may have seen by itself that what it is about is gone.
    onSuccess: (items, { things, onDone }) => {
      const freed = items.reduce((sum, { size }) => sum + size, 0);
      const name = things.length === 1 ? (things[0]?.name ?? '') : said.several(things.length);
      const ids = items.map(({ id }) => id);
      toast({
        text: said.deleted(name, formatBytes(freed, language)),
        ...(ids.length === 0 ? {} : { action: { label: said.undo, onChoose: () => restore(ids) } }),
      });
      onDone();
    },
    onSettled: async () => {
      await queries.invalidateQueries({ refetchType: 'none' });
      // Behind the drawing of where `onDone` leads: a page that is about what is gone asks for nothing.
      setTimeout(() => void queries.refetchQueries({ type: 'active', stale: true }));
    },
  });
  return { remove: (things, onDone) => mutate({ things, onDone }), isPending, error };
}

function useRestore(): (items: readonly number[]) => void {
  const said = useTexts(deletionTexts);
  const queries = useQueryClient();
  const toast = useToast();
  const failureText = useFailureText();
  return (items) => {
    const back = async (): Promise<void> => {
      for (const id of items)
        await call('POST /api/berth/v1/trash/{trash_id}/restore', { path: { trash_id: id } });
    };
    void back()
      .then(
        () => toast({ text: said.restored(items.length) }),
        (error: unknown) => {
          toast({
            kind: 'danger',
            text: failureText(error instanceof Error ? error : new Error(String(error))),
          });
        },
      )
      .finally(() => {
        void queries.invalidateQueries();
      });
  };
}
