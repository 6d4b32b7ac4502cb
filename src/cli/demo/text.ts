import type { Texts } from '../../lib/text/language.ts';

export const demoTexts = {
  demo: {
    en: 'Data to look around with: projects, images and accounts that nobody needs.',
    zh: '供试用的演示数据：项目、镜像与账户。',
  },
  seed: {
    en: 'Make the demo data, or what is missing of it. Needs no network beside the server; takes a few seconds.',
    zh: '生成演示数据，或补齐缺少的部分。除服务器外不需要网络，只需几秒。',
  },
  remove: {
    en: 'Remove the demo data for good, and nothing else; refused while something of other people is in it.',
    zh: '永久移除演示数据，不动其他内容；若其中有他人的内容则拒绝。',
  },
  filling: { en: 'filling {name} …', zh: '正在填充 {name} …' },
  seeded: {
    en: 'Made: {projects} projects, {repositories} repositories, {tags} tags, {accounts} accounts, {robots} robot accounts, {others} other things. To remove them: berth demo remove',
    zh: '已生成：{projects} 个项目，{repositories} 个仓库，{tags} 个 Tag，{accounts} 个账户，{robots} 个机器人账户，{others} 项其他内容。移除：berth demo remove',
  },
  nothingNew: { en: 'The demo data is there already.', zh: '演示数据已经存在。' },
  nothingThere: { en: 'There is no demo data.', zh: '没有演示数据。' },
  taken: {
    en: 'names of the demo data are in use by other things: {names}. Nothing was changed; rename or remove these first',
    zh: '演示数据的名称已被占用：{names}。没有改动任何内容；请先重命名或移除它们',
  },
  foreign: {
    en: 'there is something of other people in the demo data: {names}. Nothing was removed; move or delete it first',
    zh: '演示数据中有他人的内容：{names}。没有移除任何内容；请先移走或删除',
  },
  foreignKept: {
    en: 'there are artifacts of other people in the demo data: {names}. Rules and webhooks of the demo projects were removed, nothing else; move or delete these first',
    zh: '演示数据中有他人的制品：{names}。只移除了演示项目的规则与 Webhook，其他内容未动；请先移走或删除',
  },
  all: {
    en: 'the demo data ({projects} projects, {accounts} accounts, with all that is in them)',
    zh: '演示数据（{projects} 个项目、{accounts} 个账户及其全部内容）',
  },
} as const satisfies Texts;
