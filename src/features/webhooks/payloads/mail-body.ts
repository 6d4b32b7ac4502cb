import { fill, type Text } from '../../../lib/text/language.ts';
import type { EventKind } from '../event-kinds.ts';
import { linesOf } from './lines-of.ts';
import type { Told } from './told.ts';

/** What is kept of a mail that has to be sent: its words. */
export interface MailWords {
  readonly subject: string;
  readonly text: string;
}

const longestSubject = 200;
const longestText = 16 * 1024;

const happened: Readonly<Record<EventKind, Text>> = {
  PUSH_ARTIFACT: { en: 'artifact pushed', zh: '推送了制品' },
  PULL_ARTIFACT: { en: 'artifact pulled', zh: '拉取了制品' },
  DELETE_ARTIFACT: { en: 'artifact deleted', zh: '删除了制品' },
  QUOTA_EXCEED: { en: 'no room: the storage limit is reached', zh: '已达到存储配额' },
  QUOTA_WARNING: { en: 'the storage limit is near', zh: '即将达到存储配额' },
  REPLICATION: { en: 'replication', zh: '复制' },
  SCANNING_COMPLETED: { en: 'scan completed', zh: '扫描完成' },
  SCANNING_FAILED: { en: 'scan failed', zh: '扫描失败' },
  SCANNING_STOPPED: { en: 'scan stopped', zh: '扫描中止' },
  TAG_RETENTION: { en: 'retention has run', zh: '已执行保留策略' },
  TAG_MOVED: { en: 'tag moved', zh: '移动了 Tag' },
  TAG_DELETED: { en: 'tag deleted', zh: '删除了 Tag' },
  TAG_RESTORED: { en: 'tag restored', zh: '恢复了 Tag' },
  ARTIFACT_RESTORED: { en: 'artifact restored', zh: '恢复了制品' },
  REPOSITORY_RESTORED: { en: 'repository restored', zh: '恢复了仓库' },
  LABEL_ADDED: { en: 'label added', zh: '添加了标签' },
  LABEL_REMOVED: { en: 'label removed', zh: '移除了标签' },
  TAG_RETENTION_REVIEW: { en: 'retention waits for a review', zh: '保留任务等待审核' },
};

const titles: ReadonlyMap<string, string> = new Map([
  ['resource', '制品'],
  ['repository', '仓库'],
  ['retained', '保留'],
  ['deleted', '删除'],
  ['operator', '操作者'],
  ['time', '时间'],
]);

const footer: Text = {
  en: 'Sent by a webhook of the registry; whoever administers {project} changes it.',
  zh: '由镜像仓库的 webhook 发送；{project} 的管理员可以更改。',
};

/** In both languages: whose they are who read it is not known. */
export function mailBody(told: Told): string {
  const { kind, object, data } = told;
  const [resource, ...others] = data.resources ?? [];
  const tag =
    resource === undefined || others.length > 0 || resource.tag.includes(':') ? '' : `:${resource.tag}`;
  const { en, zh } = happened[kind];
  const lines = linesOf(told).map(([title, value]) => {
    const chinese = titles.get(title);
    return `${title}${chinese === undefined ? '' : ` ${chinese}`}: ${value}`;
  });
  const [project = object] = object.split('/');
  const text = [`${kind}: ${en} · ${zh}`, '', ...lines];
  const words: MailWords = {
    subject: cut(`[Berth] ${object}${tag}: ${en} · ${zh}`, longestSubject),
    text: `${cut(text.join('\n'), longestText)}\n\n-- \n${fill(footer.en, { project })}\n${fill(footer.zh, { project })}\n`,
  };
  return JSON.stringify(words);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}
