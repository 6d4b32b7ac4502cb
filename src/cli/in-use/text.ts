import type { Text } from '../../lib/text/language.ts';

export const inUseTexts = {
  inUse: {
    en: 'Images that clusters run: retention leaves them alone.',
    zh: '集群正在使用的镜像：保留策略不会删除它们。',
  },
  list: { en: 'List the clusters, and until when their lists hold.', zh: '列出各集群及其列表的有效期。' },
  import: {
    en: 'Tell which images a cluster runs, one a line; replaces what it told before. Once the list ends, retention deletes nothing.',
    zh: '登记集群使用的镜像，每行一个；替换之前的列表。列表过期后，保留策略不再删除任何内容。',
  },
  remove: { en: 'Forget a cluster.', zh: '移除一个集群的列表。' },
  cluster: { en: 'its name', zh: '集群名' },
  file: { en: 'the images; without it standard input', zh: '镜像列表文件；缺省为标准输入' },
  hours: { en: 'how long the list holds (24)', zh: '列表有效的小时数（24）' },
  hoursWrong: { en: '--hours is a whole number from 1', zh: '--hours 必须是从 1 开始的整数' },
  imported: {
    en: '{cluster} runs {images} images; the list holds until {until}.',
    zh: '{cluster} 使用 {images} 个镜像；列表有效期至 {until}。',
  },
} as const satisfies Readonly<Record<string, Text>>;
