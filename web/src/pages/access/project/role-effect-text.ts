import type { Texts } from '../../../ui/text/say.ts';

/** What each choice allows. */
export const roleEffectTexts = {
  pull: { en: 'Sees names and tags, and pulls.', zh: '可查看名称和 Tag，并可拉取。' },
  push: {
    en: 'Pulls and pushes, also over tags that are there; cannot delete.',
    zh: '可拉取和推送，也可覆盖已有的 Tag；不能删除。',
  },
  remove: {
    en: 'Pulls, pushes, and deletes tags, images and whole repositories.',
    zh: '可拉取和推送，还可删除 Tag、镜像和整个仓库。',
  },
  read: { en: 'Sees names and tags, cannot pull.', zh: '可查看名称和 Tag，不能拉取。' },
  limitedGuest: {
    en: 'Sees names and tags, and pulls; does not see who else has access.',
    zh: '可查看名称和 Tag，并可拉取；看不到还有谁拥有权限。',
  },
  guest: { en: 'Pulls, and sees who else has access.', zh: '可拉取，并可查看还有谁拥有权限。' },
  developer: {
    en: 'Pulls and pushes, sets tags and labels, and changes the retention policy; deletes nothing by hand.',
    zh: '可拉取和推送、设置 Tag 和标签、修改保留策略；不能手动删除。',
  },
  maintainer: {
    en: 'What developers may; also deletes tags, images and repositories, and makes labels and immutable tags.',
    zh: '包含开发者的权限，还可删除 Tag、镜像和仓库，管理标签和不可变 Tag 规则。',
  },
  projectAdmin: {
    en: 'Everything in the project: also its settings, access, robot accounts, webhooks, and its deletion.',
    zh: '项目内的全部权限，包括设置、访问权限、机器人账户、Webhook 以及删除项目。',
  },
  own: {
    en: (count: number) =>
      count === 1 ? 'A role made here, with 1 permission.' : `A role made here, with ${count} permissions.`,
    zh: (count: number) => `自定义角色，包含 ${count} 项权限。`,
  },
  contentOnly: {
    en: 'On some repositories only what is about their content counts.',
    zh: '范围为部分仓库时，仅与仓库内容有关的权限生效。',
  },
} as const satisfies Texts;
