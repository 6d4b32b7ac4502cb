import { useTexts } from '../../ui/text/language.tsx';
import { attachedTexts, typeTexts } from './type-text.ts';

/**
 * What an artifact is, or what was pushed about one, in a few words; a type that has none here is called as the server
 * has it.
 * @param artifactType its media type, which tells attached artifacts apart
 */
export function useTypeName(): (type: string | undefined, artifactType?: string) => string {
  const types: Readonly<Record<string, string>> = useTexts(typeTexts);
  const attached: Readonly<Record<string, string>> = useTexts(attachedTexts);
  return (type = '', artifactType = '') => {
    // Anybody pushes whatever media type they like, `constructor` too.
    if (type === 'subject.accessory' && Object.hasOwn(attached, artifactType))
      return attached[artifactType] ?? artifactType;
    return Object.hasOwn(types, type) ? (types[type] ?? type) : type;
  };
}
