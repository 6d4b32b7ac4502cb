import type { Text } from '../../lib/text/language.ts';

export const artifactTexts = {
  layers: {
    en: 'List the layers of an image: what each brings, what of it later ones replace, and the line that made it.',
    zh: '列出镜像各层：新增内容、被后续层覆盖的部分，以及生成它的构建指令。',
  },
  files: {
    en: 'List the files of an image in one folder, or what one layer did.',
    zh: '列出镜像某个文件夹中的文件，或某一层的改动。',
  },
  diff: {
    en: 'Tell what differs between two images: configuration, layers and files.',
    zh: '比较两个镜像的差异：配置、镜像层和文件。',
  },
  folder: { en: 'the folder; default: the root', zh: '文件夹；默认为根目录' },
  layer: { en: 'only what this layer did, from 1', zh: '仅显示该层的改动，从 1 开始' },
  deep: { en: 'all below the folder, the largest first', zh: '该文件夹下的全部文件，大文件在前' },
  find: { en: 'with this in their path', zh: '路径包含此内容' },
  wasted: { en: 'only what later layers replace or remove', zh: '仅显示被后续层覆盖或删除的文件' },
  second: {
    en: 'the second one: project/repository:tag or @digest',
    zh: '第二个镜像：项目/仓库:tag 或 @摘要',
  },
  platform: { en: 'of indexes: the platform, such as linux/amd64', zh: '多架构索引的平台，例如 linux/amd64' },
  stillReading: {
    en: 'The server has not read all layers within {minutes} minutes. It goes on: ask again later.',
    zh: '服务器在 {minutes} 分钟内未读完全部镜像层。读取仍在继续，请稍后重试。',
  },
  layerLeftOut: {
    en: 'Layer {number} was not read: {reason}',
    zh: '第 {number} 层未能读取：{reason}',
  },
  layersLeftOut: {
    en: 'Layers that nobody can look into, and whose files are not compared: {count}',
    zh: '无法读取、未比较其文件的镜像层数：{count}',
  },
  filesLeftOut: {
    en: 'Files are not told of: {reason}',
    zh: '未列出文件：{reason}',
  },
  layerWrong: { en: '--layer is the number of a layer, from 1', zh: '--layer 为镜像层编号，从 1 开始' },
} as const satisfies Record<string, Text>;
