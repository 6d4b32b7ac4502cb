import type { Texts } from '../../ui/text/say.ts';

/** What a webhook tells of, by the server's code. */
export const eventKindTexts = {
  PUSH_ARTIFACT: { en: 'Artifact pushed', zh: '推送制品' },
  PULL_ARTIFACT: { en: 'Artifact pulled', zh: '拉取制品' },
  DELETE_ARTIFACT: { en: 'Artifact deleted', zh: '删除制品' },
  QUOTA_EXCEED: { en: 'Storage quota reached', zh: '已达到存储配额' },
  QUOTA_WARNING: { en: 'Storage quota nearly reached', zh: '即将达到存储配额' },
  SCANNING_FAILED: { en: 'Scan failed', zh: '扫描失败' },
  SCANNING_STOPPED: { en: 'Scan stopped', zh: '扫描中止' },
  SCANNING_COMPLETED: { en: 'Scan completed', zh: '扫描完成' },
  REPLICATION: { en: 'Replication', zh: '远程复制' },
  TAG_RETENTION: { en: 'Retention has run', zh: '执行保留策略' },
  TAG_MOVED: { en: 'Tag moved', zh: '移动 Tag' },
  TAG_DELETED: { en: 'Tag deleted', zh: '删除 Tag' },
  TAG_RESTORED: { en: 'Tag restored', zh: '恢复 Tag' },
  ARTIFACT_RESTORED: { en: 'Artifact restored', zh: '恢复制品' },
  REPOSITORY_RESTORED: { en: 'Repository restored', zh: '恢复仓库' },
  LABEL_ADDED: { en: 'Label added', zh: '添加标签' },
  LABEL_REMOVED: { en: 'Label removed', zh: '移除标签' },
  TAG_RETENTION_REVIEW: { en: 'Retention waits for a review', zh: '保留策略等待审核' },
} as const satisfies Texts;
