import type { Texts } from '../../ui/text/say.ts';

export const labelsTexts = {
  title: { en: 'Labels', zh: '标签' },
  systemText: {
    en: 'Labels of the system can be put on artifacts of every project; those of a project only there.',
    zh: '系统标签可用于所有项目的制品；项目标签仅用于该项目。',
  },
  filter: { en: 'Filter by name', zh: '按名称筛选' },
  name: { en: 'Name', zh: '名称' },
  description: { en: 'Description', zh: '描述' },
  color: { en: 'Colour', zh: '颜色' },
  created: { en: 'Created', zh: '创建时间' },
  add: { en: 'New label', zh: '新建标签' },
  change: { en: 'Change', zh: '修改' },
  changeOne: { en: (name: string) => `Change the label ${name}`, zh: (name: string) => `修改标签 ${name}` },
  save: { en: 'Save', zh: '保存' },
  cancel: { en: 'Cancel', zh: '取消' },
  remove: { en: 'Delete', zh: '删除' },
  removeOne: { en: (name: string) => `Delete the label ${name}`, zh: (name: string) => `删除标签 ${name}` },
  removeTitle: { en: (name: string) => `Delete ${name}?`, zh: (name: string) => `删除 ${name}？` },
  removeText: {
    en: 'It is taken from every artifact that has it; the artifacts stay. A label of the same name can be made again, and has to be put on them again: this cannot be undone.',
    zh: '所有带此标签的制品都会失去它，制品本身保留。可以再建同名标签，但须重新添加到制品上：此操作不可撤销。',
  },
  made: { en: (name: string) => `Label ${name} was made`, zh: (name: string) => `已创建标签 ${name}` },
  changed: { en: (name: string) => `Label ${name} was changed`, zh: (name: string) => `已修改标签 ${name}` },
  removed: { en: (name: string) => `Label ${name} was deleted`, zh: (name: string) => `已删除标签 ${name}` },
  none: { en: 'No label yet', zh: '还没有标签' },
  noneText: {
    en: 'Labels mark artifacts, such as those that were tested, so that lists can be filtered by them.',
    zh: '标签用于标识制品，例如已测试的制品；列表可按标签筛选。',
  },
  needs: {
    en: (permission: string) => `This needs the permission ${permission}. Ask an administrator.`,
    zh: (permission: string) => `需要权限 ${permission}。请联系管理员。`,
  },
} as const satisfies Texts;
