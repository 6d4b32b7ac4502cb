import { useLanguage } from '../../ui/text/language.tsx';
import { kindName } from './kind-name.ts';

export function useKindName(): (kind: string) => string {
  const { language } = useLanguage();
  return (kind) => kindName(kind, language);
}
