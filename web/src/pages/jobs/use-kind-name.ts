import { useTexts } from '../../ui/text/language.tsx';
import { jobsTexts } from './text.ts';

/** What a kind of job is called; one that has no name here is called as the API has it. */
export function useKindName(): (kind: string) => string {
  const said = useTexts(jobsTexts);
  const names: Readonly<Record<string, string>> = {
    BATCH: said.batch,
    EXECUTION_SWEEP: said.sweep,
    GARBAGE_COLLECTION: said.collection,
    PURGE_AUDIT_LOG: said.purge,
    QUOTA_RECOUNT: said.recount,
    RETENTION: said.retention,
    SCHEDULER: said.scheduler,
    STORAGE_RECONCILIATION: said.reconciliation,
    STORAGE_VERIFICATION: said.verification,
    WEBHOOK: said.webhooks,
  };
  return (kind) => names[kind] ?? kind;
}
