import { useCallback, useState } from 'react';

const shownMs = 2000;

/** Puts a text on the clipboard; `copied` is true for a moment after it worked. */
export function useCopy(): { readonly copied: boolean; readonly copy: (text: string) => void } {
  const [copied, setCopied] = useState(false);
  const copy = useCallback((text: string) => {
    const put = async (): Promise<void> => {
      if (!(await putOnClipboard(text))) return;
      setCopied(true);
      setTimeout(() => setCopied(false), shownMs);
    };
    void put();
  }, []);
  return { copied, copy };
}

/** Over plain HTTP browsers give pages no clipboard, except those of this machine: the old way is left there. */
export async function putOnClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return copyBySelection(text);
    throw error;
  }
}

interface OldDocument {
  execCommand(command: 'copy'): boolean;
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'unseen';
  document.body.append(area);
  area.select();
  const done = (document as OldDocument).execCommand('copy');
  area.remove();
  return done;
}
