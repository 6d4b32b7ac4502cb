import { type ReactNode, useState } from 'react';
import type { IconName } from '../show/icon.tsx';
import { useLanguage, useTexts } from '../text/language.tsx';
import { writePreference } from '../text/preference.ts';
import { uiTexts } from '../text.ts';
import { Button } from './button.tsx';
import { Menu } from './menu.tsx';

export function LanguageSwitch(): ReactNode {
  const said = useTexts(uiTexts);
  const { language, choose } = useLanguage();
  const other = language === 'en' ? 'zh' : 'en';
  return (
    <Button
      look="quiet"
      icon="globe"
      className="language"
      lang={other === 'zh' ? 'zh-Hans' : 'en'}
      title={said.switchLanguage}
      onClick={() => choose(other)}
    >
      {said.language}
    </Button>
  );
}

const themes = ['light', 'dark', 'auto'] as const;
type Theme = (typeof themes)[number];
const icons: Readonly<Record<Theme, IconName>> = { light: 'sun', dark: 'moon', auto: 'screen' };

export function ThemeMenu(): ReactNode {
  const said = useTexts(uiTexts);
  const [theme, setTheme] = useState<Theme>(() => themeOf(document.documentElement.dataset['theme']));
  const labels = { light: said.themeLight, dark: said.themeDark, auto: said.themeAuto };
  const choose = (chosen: Theme): void => {
    document.documentElement.dataset['theme'] = chosen;
    writePreference('theme', chosen);
    setTheme(chosen);
  };
  return (
    <Menu
      label={`${said.theme}: ${labels[theme]}`}
      icon={icons[theme]}
      items={themes.map((each) => ({
        label: labels[each],
        icon: icons[each],
        chosen: each === theme,
        onChoose: () => choose(each),
      }))}
    />
  );
}

function themeOf(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? 'auto';
}
