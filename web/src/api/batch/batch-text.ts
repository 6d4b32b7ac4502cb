import { counted } from '../../ui/text/counted.ts';
import type { Texts } from '../../ui/text/say.ts';

export const batchTexts = {
  'delete-tags': {
    en: (count: string) => `Delete tags (${count})`,
    zh: (count: string) => `删除 Tag（${count}）`,
  },
  'delete-artifacts': {
    en: (count: string) => `Delete artifacts (${count})`,
    zh: (count: string) => `删除制品（${count}）`,
  },
  'delete-repositories': {
    en: (count: string) => `Delete repositories (${count})`,
    zh: (count: string) => `删除仓库（${count}）`,
  },
  'label-tags': {
    en: (count: string) => `Add a label to tags (${count})`,
    zh: (count: string) => `为 Tag 添加标签（${count}）`,
  },
  'unlabel-tags': {
    en: (count: string) => `Remove a label from tags (${count})`,
    zh: (count: string) => `从 Tag 移除标签（${count}）`,
  },
  'label-artifacts': {
    en: (count: string) => `Add a label to artifacts (${count})`,
    zh: (count: string) => `为制品添加标签（${count}）`,
  },
  'unlabel-artifacts': {
    en: (count: string) => `Remove a label from artifacts (${count})`,
    zh: (count: string) => `从制品移除标签（${count}）`,
  },
  'delete-tags done': {
    en: (count: string) => `Deleted tags (${count})`,
    zh: (count: string) => `已删除 Tag（${count}）`,
  },
  'delete-artifacts done': {
    en: (count: string) => `Deleted artifacts (${count})`,
    zh: (count: string) => `已删除制品（${count}）`,
  },
  'delete-repositories done': {
    en: (count: string) => `Deleted repositories (${count})`,
    zh: (count: string) => `已删除仓库（${count}）`,
  },
  'label-tags done': {
    en: (count: string) => `Added a label to tags (${count})`,
    zh: (count: string) => `已为 Tag 添加标签（${count}）`,
  },
  'unlabel-tags done': {
    en: (count: string) => `Removed a label from tags (${count})`,
    zh: (count: string) => `已从 Tag 移除标签（${count}）`,
  },
  'label-artifacts done': {
    en: (count: string) => `Added a label to artifacts (${count})`,
    zh: (count: string) => `已为制品添加标签（${count}）`,
  },
  'unlabel-artifacts done': {
    en: (count: string) => `Removed a label from artifacts (${count})`,
    zh: (count: string) => `已从制品移除标签（${count}）`,
  },
  'restore done': {
    en: (count: string) => `Restored (${count})`,
    zh: (count: string) => `已恢复（${count}）`,
  },
  restore: { en: (count: string) => `Restore (${count})`, zh: (count: string) => `恢复（${count}）` },
  effectTags: {
    en: 'These names go. What they stand for stays as artifacts, perhaps without a tag, and can still be pulled by digest. To free space, delete the artifacts in the tab “Artifacts”.',
    zh: '将删除这些名称。其指向的制品会保留（可能不再有 Tag），仍可按摘要拉取。要释放空间，请在“制品”页删除制品。',
  },
  effectArtifacts: {
    en: 'They go with all their tags, signatures and SBOMs. Nobody can pull them any more, by tag or by digest.',
    zh: '它们的全部 Tag、签名与 SBOM 将一并删除，之后无法再按 Tag 或摘要拉取。',
  },
  effectRepositories: {
    en: 'They go with all that is in them. Nobody can pull from them any more.',
    zh: '仓库及其全部内容将一并删除，之后无法再从中拉取。',
  },
  effectRestore: {
    en: 'They come back as they were, and so does what they need that was deleted separately. What something new stands in the way of stays in the trash.',
    zh: '将按原样恢复，并一并恢复其所需的另行删除的内容。若已有同名内容，则该项留在回收站。',
  },
  effectLabelTags: {
    en: 'A label is on an artifact: what these tags stand for is changed, and the other tags of it show that, too.',
    zh: '标签属于制品：将修改这些 Tag 当前指向的制品，指向同一制品的其他 Tag 也会显示该标签。',
  },
  effectLabelArtifacts: {
    en: 'Nothing that anybody pulls becomes different.',
    zh: '拉取的内容不会改变。',
  },
  label: { en: 'Label', zh: '标签' },
  chooseLabel: { en: 'Choose a label', zh: '选择标签' },
  noLabel: { en: 'There is no label yet.', zh: '还没有标签。' },
  getIt: { en: 'Get the label', zh: '将添加标签' },
  loseIt: { en: 'Lose the label', zh: '将移除标签' },
  putMany: { en: (count: string) => `Add to ${count}`, zh: (count: string) => `添加到 ${count} 项` },
  takeMany: { en: (count: string) => `Remove from ${count}`, zh: (count: string) => `从 ${count} 项移除` },
  labelled: { en: 'Got the label', zh: '已添加标签' },
  unlabelled: { en: 'Lost the label', zh: '已移除标签' },
  undoLabelText: {
    en: 'One press takes it back, here or under Bulk changes.',
    zh: '可在此处或“批量操作”页一键撤销。',
  },
  looking: { en: 'Finding out what would happen…', zh: '正在预估结果…' },
  goes: { en: 'Go to the trash', zh: '移入回收站' },
  comesBack: { en: 'Come back', zh: '恢复' },
  tags: { en: 'Tags', zh: 'Tag' },
  artifacts: { en: 'Artifacts, with signatures and children', zh: '制品（含签名与子清单）' },
  fell: { en: 'Usage fell by', zh: '用量已减少' },
  grew: { en: 'Usage grew by', zh: '用量已增加' },
  falls: { en: 'Usage falls by', zh: '用量减少' },
  grows: { en: 'Usage grows by', zh: '用量增加' },
  ofTotal: {
    en: (part: string, total: string) => `${part} of ${total}`,
    zh: (part: string, total: string) => `${part} / ${total}`,
  },
  stay: { en: 'Stay', zh: '保留不变' },
  'no right': { en: 'no right', zh: '没有权限' },
  immutable: { en: 'immutable', zh: '不可变' },
  protected: { en: 'protected', zh: '受保护' },
  'in use': { en: 'listed by an index', zh: '被多架构索引引用' },
  changed: { en: 'changed meanwhile', zh: '期间已改变' },
  'in the way': { en: 'something is in the way', zh: '有冲突的内容' },
  unchanged: { en: 'as wanted already', zh: '已是目标状态' },
  other: { en: 'refused', zh: '被拒绝' },
  countOf: {
    en: (what: string, count: string) => `${count} ${what}`,
    zh: (what: string, count: string) => `${count} 项${what}`,
  },
  filter: { en: 'All that match', zh: '符合以下条件的全部内容' },
  except: {
    en: (count: string) => `, but for ${count} that you left out`,
    zh: (count: string) => `（已排除 ${count} 项）`,
  },
  unfiltered: { en: 'All of the list, without a filter', zh: '列表的全部内容（未筛选）' },
  olderThan: {
    en: (days: string) => `pushed over ${counted(days, 'day')} ago`,
    zh: (days: string) => `推送已超过 ${days} 天`,
  },
  more: { en: (count: string) => `${count} more`, zh: (count: string) => `另有 ${count} 个` },
  nothingGoes: { en: 'Nothing of it can be done.', zh: '没有可执行的项。' },
  undoText: {
    en: 'One press takes it back, here or under Bulk changes, until it is purged from the trash.',
    zh: '在从回收站清除之前，可在此处或“批量操作”页一键撤销。',
  },
  restoreText: { en: 'It can be deleted again.', zh: '之后可再次删除。' },
  delete: { en: (count: string) => `Delete ${count}`, zh: (count: string) => `删除 ${count} 项` },
  restoreMany: { en: (count: string) => `Restore ${count}`, zh: (count: string) => `恢复 ${count} 项` },
  runs: {
    en: 'It goes on when you leave this page; you find it under Bulk changes.',
    zh: '离开本页后会继续执行，可在“批量操作”中查看。',
  },
  doneOf: {
    en: (done: string, total: string) => `${done} of ${total}`,
    zh: (done: string, total: string) => `${done} / ${total}`,
  },
  deleted: { en: 'Moved to the trash', zh: '已移入回收站' },
  restored: { en: 'Restored', zh: '已恢复' },
  refused: { en: 'Stayed', zh: '保留' },
  gone: { en: 'Not there any more', zh: '已不存在' },
  left: { en: 'Left as they were', zh: '未处理' },
  cancelled: { en: 'It was cancelled.', zh: '已取消。' },
  failed: { en: 'It failed; what was done stays done.', zh: '执行失败；已完成的部分保持不变。' },
  needed: { en: 'Come back with them', zh: '一并恢复' },
  neededText: {
    en: 'Deleted separately; without these some could not come back:',
    zh: '以下内容是单独删除的，若不恢复，部分项无法恢复：',
  },
  undo: { en: 'Undo', zh: '撤销' },
  undoOwn: { en: (id: string) => `Undo bulk change ${id}`, zh: (id: string) => `撤销批量操作 ${id}` },
  undoOf: {
    en: (id: string, name: string) => `Undo bulk change ${id} of ${name}`,
    zh: (id: string, name: string) => `撤销 ${name} 的批量操作 ${id}`,
  },
  undoOfText: {
    en: 'It is done with your rights: what you may not bring back stays as it is. The activity names both of you.',
    zh: '将以你的权限执行，你无权恢复的内容保持不变。活动记录会同时显示你们双方的名称。',
  },
  nothingChanged: { en: 'Nothing was changed by it.', zh: '此操作未作任何更改。' },
  nothingToUndo: {
    en: 'Nothing of it can be taken back any more.',
    zh: '已没有可撤销的内容。',
  },
  details: { en: 'Each item', zh: '逐项结果' },
  close: { en: 'Close', zh: '关闭' },
  cancel: { en: 'Cancel', zh: '取消' },
} as const satisfies Texts;
