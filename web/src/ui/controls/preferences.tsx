import type { ReactNode } from 'react';
import type { IconName } from '../show/icon.tsx';
import { useLanguage, useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { Button } from './button.tsx';
import { Menu } from './menu.tsx';
import { chooseTheme, type Theme, themes, useTheme } from './theme.ts';

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

const icons: Readonly<Record<Theme, IconName>> = { light: 'sun', dark: 'moon', auto: 'screen' };

export function ThemeMenu(): ReactNode {
  const said = useTexts(uiTexts);
  const theme = useTheme();
  const labels = { light: said.themeLight, dark: said.themeDark, auto: said.themeAuto };
  return (
    <Menu
      label={said.named(said.theme, labels[theme])}
      icon={icons[theme]}
      items={themes.map((each) => ({
        label: labels[each],
        icon: icons[each],
        chosen: each === theme,
        onChoose: () => chooseTheme(each),
      }))}
    />
  );
}
