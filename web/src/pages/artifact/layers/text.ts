import { counted } from '../../../ui/text/counted.ts';
import type { Texts } from '../../../ui/text/say.ts';

export const layerTexts = {
  layers: { en: 'Layers', zh: '镜像层' },
  files: { en: 'Files', zh: '文件' },
  instruction: { en: 'Instruction', zh: '构建指令' },
  size: { en: 'Size', zh: '大小' },
  brings: { en: 'Brings', zh: '新增内容' },
  bringsTitle: {
    en: (added: string, changed: string, removed: string) =>
      `${added} added, ${changed} changed, ${removed} removed`,
    zh: (added: string, changed: string, removed: string) =>
      `新增 ${added}，修改 ${changed}，删除 ${removed}`,
  },
  wasted: { en: 'Wasted', zh: '浪费' },
  wastedTitle: {
    en: 'Files that later layers replace or remove: pulled all the same',
    zh: '被后续镜像层覆盖或删除的文件，拉取时仍会下载',
  },
  digest: { en: 'Digest', zh: '摘要' },
  pulled: { en: 'as it is pulled', zh: '拉取大小' },
  unpacked: { en: 'unpacked', zh: '解压后' },
  fileCount: { en: 'files', zh: '个文件' },
  none: { en: 'nothing wasted', zh: '没有浪费' },
  reading: { en: 'being read…', zh: '读取中…' },
  readingLayers: {
    en: 'The layers are read for the first time. What is in them is shown in a moment.',
    zh: '正在首次读取镜像层，内容稍后显示。',
  },
  layersRead: {
    en: (read: string, all: string) => `${read} of ${counted(all, 'layer')} read`,
    zh: (read: string, all: string) => `已读取 ${read} / ${all} 层`,
  },
  again: { en: 'Try again', zh: '重试' },
  unread: { en: 'not shown', zh: '无法显示' },
  noLayers: { en: 'It has no layers of its own', zh: '它没有自己的镜像层' },
  platforms: { en: 'Layers of which platform?', zh: '查看哪个平台的镜像层？' },
  platformsText: {
    en: 'This is an index: each of its platforms has layers and files of its own.',
    zh: '这是多架构索引，每个平台有各自的镜像层与文件。',
  },
  whole: { en: 'The whole image', zh: '整个镜像' },
  ofLayer: { en: (number: string) => `Layer ${number}`, zh: (number: string) => `第 ${number} 层` },
  ofLayerTitle: { en: 'What this layer did', zh: '此层的改动' },
  show: { en: 'Show', zh: '显示' },
  from: { en: 'Layer', zh: '镜像层' },
  name: { en: 'Name', zh: '名称' },
  mode: { en: 'Mode', zh: '权限' },
  change: { en: 'Change', zh: '改动' },
  added: { en: 'added', zh: '新增' },
  changed: { en: 'changed', zh: '修改' },
  removed: { en: 'removed', zh: '删除' },
  goneIn: {
    en: (how: string, layer: string) => `${how} in layer ${layer}`,
    zh: (how: string, layer: string) => `在第 ${layer} 层被${how}`,
  },
  view: { en: 'View as', zh: '查看方式' },
  folders: { en: 'Folders', zh: '文件夹' },
  largest: { en: 'Largest files', zh: '最大的文件' },
  find: { en: 'Find a path', zh: '查找路径' },
  root: { en: 'root', zh: '根目录' },
  path: { en: 'Where you are', zh: '当前位置' },
  open: { en: (name: string) => `Look at ${name}`, zh: (name: string) => `查看 ${name}` },
  binary: {
    en: 'This file is no text, and is not shown. It can be saved.',
    zh: '该文件不是文本，不在此显示，可以保存。',
  },
  tooLarge: {
    en: 'More than 1 MiB is not shown. It can be saved.',
    zh: '超过 1 MiB 的文件不在此显示，可以保存。',
  },
  farTooLarge: {
    en: 'This file is too large to be shown or saved here. Pull the image to have it.',
    zh: '该文件过大，无法在此显示或保存，请拉取镜像获取。',
  },
  text: { en: 'Text', zh: '文本' },
  save: { en: 'Save', zh: '保存' },
  notInView: {
    en: 'Files are saved with your own rights, not those you look with. Leave the view first.',
    zh: '文件会以你自己的权限保存，而不是当前查看的权限。请先退出查看。',
  },
  close: { en: 'Close', zh: '关闭' },
  nothing: { en: 'Nothing here', zh: '这里没有内容' },
  nothingWasted: {
    en: 'No file is replaced or removed by a later layer',
    zh: '没有文件被后续镜像层覆盖或删除',
  },
  link: { en: (target: string) => `link to ${target}`, zh: (target: string) => `链接到 ${target}` },
  device: { en: 'device', zh: '设备' },
  outside: {
    en: (count: string) =>
      count === '1'
        ? '1 entry leads out of the image and is left out'
        : `${count} entries lead out of the image and are left out`,
    zh: (count: string) => `${count} 个条目指向镜像之外，已忽略`,
  },
  problems: { en: 'Why it is not shown', zh: '无法显示的原因' },
  'not-stored': { en: 'not stored in this repository', zh: '未存储在此仓库中' },
  encrypted: { en: 'encrypted', zh: '已加密' },
  'no-archive': { en: 'no tar archive', zh: '不是 tar 归档' },
  damaged: { en: 'archive is damaged', zh: '归档已损坏' },
  'cut-off': { en: 'archive is cut off', zh: '归档不完整' },
  'too-many-entries': { en: 'too many files', zh: '文件过多' },
  'too-large': { en: 'too large when unpacked', zh: '解压后过大' },
  'too-dense': { en: 'unpacks to too much', zh: '压缩比过高' },
  'name-too-long': { en: 'a name is too long', zh: '名称过长' },
  'too-many-names': { en: 'too many long names', zh: '名称总量过大' },
  'too-slow': { en: 'takes too long to read', zh: '读取时间过长' },
} as const satisfies Texts;
