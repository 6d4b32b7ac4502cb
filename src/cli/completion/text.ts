import type { Texts } from '../../lib/text/language.ts';

export const completionTexts = {
  completion: {
    en: 'Print the script by which a shell completes commands, options and names.',
    zh: '打印 shell 补全脚本，可补全命令、选项和名称。',
  },
  bash: { en: 'For bash: source <(berth completion bash)', zh: '用于 bash：source <(berth completion bash)' },
  zsh: { en: 'For zsh: source <(berth completion zsh)', zh: '用于 zsh：source <(berth completion zsh)' },
  fish: { en: 'For fish: berth completion fish | source', zh: '用于 fish：berth completion fish | source' },
  words: { en: 'What the scripts ask.', zh: '供补全脚本调用。' },
  line: { en: 'the command line up to the cursor', zh: '光标之前的命令行' },
} as const satisfies Texts;
