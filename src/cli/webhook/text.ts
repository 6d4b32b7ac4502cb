import type { Text } from '../../lib/text/language.ts';

export const webhookTexts = {
  webhook: {
    en: 'Webhooks of a project or of the system: who is told of what happens.',
    zh: '项目或系统的 webhook：将发生的事件通知给谁。',
  },
  list: { en: 'List the webhooks of a project or of the system.', zh: '列出项目或系统的 webhook。' },
  create: {
    en: 'Tell an address of what happens from now on.',
    zh: '此后将发生的事件通知到一个地址。',
  },
  delete: { en: 'Remove a webhook, and what waits for it.', zh: '删除 webhook 及其待发的通知。' },
  test: {
    en: 'Send an example, and tell what became of it.',
    zh: '发送一条示例通知，并显示结果。',
  },
  deliveries: {
    en: 'List what was sent in the last 7 days, and what was answered.',
    zh: '列出最近 7 天发送的通知及其应答。',
  },
  redeliver: { en: 'Send the same once more.', zh: '重新发送同一条通知。' },
  project: { en: 'of this project', zh: '所属项目' },
  system: { en: 'of the whole system', zh: '属于整个系统' },
  projects: {
    en: 'with --system: a pattern on the names of projects (default: all of them)',
    zh: '与 --system 同用：项目名称的模式（默认：全部）',
  },
  place: {
    en: 'either --project or --system is needed: a webhook belongs to one project or to the system',
    zh: '需要 --project 或 --system 之一：webhook 属于一个项目或系统',
  },
  name: { en: 'its name', zh: '名称' },
  address: {
    en: 'http:// or https://, where to send to; of email: addresses, divided by commas',
    zh: '发送到的 http:// 或 https:// 地址；email 为邮件地址，用逗号分隔',
  },
  type: {
    en: 'http (default), slack, teams, feishu, dingtalk, wecom or email',
    zh: 'http（默认）、slack、teams、feishu、dingtalk、wecom 或 email',
  },
  events: {
    en: 'types of events, with commas between (default: PUSH_ARTIFACT)',
    zh: '事件类型，以逗号分隔（默认：PUSH_ARTIFACT）',
  },
  format: { en: 'Default or CloudEvents, of http', zh: 'http 的格式：Default 或 CloudEvents' },
  delivery: { en: 'its id, as berth webhook deliveries tells it', zh: 'id，见 berth webhook deliveries' },
  delivered: { en: 'target {target}: {status} {answer}', zh: '目标 {target}：{status} {answer}' },
  onItsWay: { en: 'It is on its way, as delivery {id}.', zh: '已发出，编号 {id}。' },
} as const satisfies Record<string, Text>;
