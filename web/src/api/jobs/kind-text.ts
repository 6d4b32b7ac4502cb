import type { Texts } from '../../ui/text/say.ts';

/** Kinds of jobs, by what the API calls them. */
export const kindTexts = {
  BATCH: { en: 'Bulk change', zh: '批量操作' },
  EXECUTION_SWEEP: { en: 'Removal of old jobs', zh: '清理旧作业' },
  GARBAGE_COLLECTION: { en: 'Garbage collection', zh: '垃圾回收' },
  PURGE_AUDIT_LOG: { en: 'Purge of the audit log', zh: '清理审计日志' },
  QUOTA_RECOUNT: { en: 'Recount of quotas', zh: '重新统计配额' },
  RETENTION: { en: 'Retention', zh: '保留策略' },
  SCHEDULER: { en: 'Start of what is due', zh: '启动到期的作业' },
  STORAGE_RECONCILIATION: { en: 'Search for stray objects', zh: '查找游离对象' },
  STORAGE_VERIFICATION: { en: 'Verification of the storage', zh: '存储校验' },
  WEBHOOK: { en: 'Webhooks', zh: 'Webhook' },
} as const satisfies Texts;
