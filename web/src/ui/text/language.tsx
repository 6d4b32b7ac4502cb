import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { writePreference } from './preference.ts';
import { type Language, type Said, say, type Texts } from './say.ts';

interface LanguageChoice {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

const Choice = createContext<LanguageChoice>({ language: 'en', choose: () => undefined });

/** What the server chose for the document, until somebody chooses. */
export function LanguageProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState<Language>(
    document.documentElement.lang.startsWith('zh') ? 'zh' : 'en',
  );
  const choice = useMemo<LanguageChoice>(
    () => ({
      language,
      choose: (chosen) => {
        document.documentElement.lang = chosen === 'zh' ? 'zh-Hans' : 'en';
        writePreference('language', chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <Choice value={choice}>{children}</Choice>;
}

export function useLanguage(): LanguageChoice {
  return useContext(Choice);
}

/** The texts of a folder in the language of now. */
export function useTexts<T extends Texts>(texts: T): Said<T> {
  const { language } = useLanguage();
  return say(texts, language);
}
