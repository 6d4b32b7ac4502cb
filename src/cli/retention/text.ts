import type { Text } from '../../lib/text/language.ts';

export const retentionTexts = {
  retention: {
    en: 'Which artifacts of a project stay: see what a policy would delete, and carry that out.',
    zh: '项目的保留策略：查看策略将删除的内容并执行。',
  },
  preview: {
    en: 'Show what the policy of a project would delete, and why; deletes nothing and leaves a plan.',
    zh: '显示项目的策略将删除的内容及原因；不删除任何内容，并生成一个方案。',
  },
  policy: {
    en: 'a policy as JSON in this file instead of the one that the project has',
    zh: '使用该文件中的 JSON 策略代替项目现有的策略',
  },
  compare: {
    en: 'Show what another policy would do differently from that of a project; deletes nothing.',
    zh: '显示另一策略与项目策略的结果差异；不删除任何内容。',
  },
  other: { en: 'the other policy, as JSON', zh: '另一策略（JSON 文件）' },
  noJson: { en: '{file} is not JSON: {reason}', zh: '{file} 不是 JSON：{reason}' },
  tried: {
    en: '{dropped} of {artifacts} artifacts with {tags} tags would go to the trash, {size}. Nothing is deleted by a policy that the project does not have.',
    zh: '{artifacts} 个制品中的 {dropped} 个（{tags} 个 Tag）将移入回收站，共 {size}。项目未采用的策略不会删除任何内容。',
  },
  compared: {
    en: 'The policy: {dropped} artifacts with {tags} tags would go, {size}; {file}: {otherDropped} artifacts with {otherTags} tags, {otherSize}.',
    zh: '现策略：{dropped} 个制品（{tags} 个 Tag）将被移除，共 {size}；{file}：{otherDropped} 个制品（{otherTags} 个 Tag），共 {otherSize}。',
  },
  default: {
    en: 'Show, set or remove the policy by which projects go that have none of their own.',
    zh: '显示、设置或移除没有自己策略的项目所用的系统默认策略。',
  },
  set: { en: 'make the policy in this file (JSON) the default', zh: '将该文件中的策略（JSON）设为默认' },
  remove: { en: 'remove it', zh: '移除默认策略' },
  setAndRemove: { en: 'give --set or --remove, not both', zh: '--set 和 --remove 只能给出一个' },
  defaultKept: {
    en: 'Projects without a policy of their own go by it. In each, its first run by schedule waits for a review.',
    zh: '没有自己策略的项目将使用它。在每个项目中，首次定时运行会等待审查。',
  },
  whatDefault: { en: 'the default retention policy', zh: '系统默认保留策略' },
  bySystem: {
    en: 'The project has no policy of its own: this is by the system default.',
    zh: '项目没有自己的策略：此结果按系统默认策略得出。',
  },
  kept: { en: 'also what stays', zh: '同时显示保留的内容' },
  project: { en: 'its name', zh: '项目名' },
  planned: {
    en: 'Plan {plan}: {dropped} of {artifacts} artifacts with {tags} tags would go to the trash, {size}. Until {until}: berth retention apply {project} {plan}',
    zh: '方案 {plan}：{artifacts} 个制品中的 {dropped} 个（{tags} 个 Tag）将移入回收站，共 {size}。在 {until} 之前可执行：berth retention apply {project} {plan}',
  },
  apply: {
    en: 'Carry out a plan as it was shown, unless something has changed since.',
    zh: '按方案执行；若之后有变化则拒绝并说明。',
  },
  plan: { en: 'its number, as berth retention preview tells it', zh: '方案编号，见 berth retention preview' },
  planWrong: {
    en: 'a plan is named by its number; see: berth retention preview <project>',
    zh: '方案用编号指定；参见：berth retention preview <项目>',
  },
  whatGoes: {
    en: '{dropped} artifacts of {project} go to the trash, {size}',
    zh: '{project} 的 {dropped} 个制品移入回收站，共 {size}',
  },
  applied: {
    en: 'Run {run} carries out plan {plan}; see: berth trash list -p {project}',
    zh: '运行 {run} 正在执行方案 {plan}；参见：berth trash list -p {project}',
  },
} as const satisfies Readonly<Record<string, Text>>;
