import type { Text } from '../../../lib/text/language.ts';

export const watchTexts = {
  watch: {
    en: 'Tell again and again which images of this registry the Pods of a Kubernetes cluster use.',
    zh: '定期登记 Kubernetes 集群的 Pod 正在使用的本服务镜像。',
  },
  kubeconfig: {
    en: 'whom to ask, by its current context; without it the cluster in which this runs as a Pod',
    zh: 'kubeconfig 文件（使用其当前上下文）；缺省为本程序作为 Pod 所在的集群',
  },
  cluster: { en: 'the name of the list (kubernetes)', zh: '列表的名称（kubernetes）' },
  registry: {
    en: 'the host (and port) of this registry in the names of images; default: that of --server or the context',
    zh: '镜像名中本服务的主机（和端口）；缺省取自 --server 或上下文',
  },
  interval: { en: 'minutes between two lists (60)', zh: '两次登记之间的分钟数（60）' },
  once: { en: 'tell it once and end, as a CronJob does', zh: '只登记一次后退出，适用于 CronJob' },
  intervalWrong: {
    en: '--interval is a number of minutes from 1 to 10000',
    zh: '--interval 是 1 到 10000 的分钟数',
  },
  registryMissing: {
    en: 'say with --registry how images of this registry begin, such as registry.example:5000',
    zh: '请用 --registry 指明本服务镜像名的开头，例如 registry.example:5000',
  },
  noCluster: {
    en: 'this does not run in a Pod of Kubernetes: give --kubeconfig',
    zh: '当前不在 Kubernetes 的 Pod 中运行：请给出 --kubeconfig',
  },
  badConfig: {
    en: '{file} cannot be used: {what}. It has to name a server by https that its authority vouches for, and a token or a client certificate',
    zh: '无法使用 {file}：{what}。它必须指定一个可由其 CA 验证的 https 服务器，以及令牌或客户端证书',
  },
  failed: {
    en: 'nothing was told: {reason}; again in {minutes} minutes',
    zh: '本次未登记：{reason}；{minutes} 分钟后重试',
  },
} as const satisfies Readonly<Record<string, Text>>;
