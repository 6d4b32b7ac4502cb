import type { ReactNode } from 'react';
import { ApiError } from '../../../api/api-error.ts';
import { addressOf } from '../../../api/call.ts';
import { Failure } from '../../../api/failure.tsx';
import { useAnswer } from '../../../api/use-list.ts';
import { currentView } from '../../../api/view/current-view.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/controls/dialog.tsx';
import { Skeleton } from '../../../ui/feedback/skeleton.tsx';
import { outward } from '../../../ui/navigation/prefix.ts';
import { LogText } from '../../../ui/show/log-text.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { type ArtifactPath, maxFileBytes } from './file-list.ts';
import { layerTexts } from './text.ts';

const files =
  '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/files';
const content = `${files}/content` as const;

/** The server has no text of it. */
const [tooLarge, binary] = [413, 415];

interface FileTextProps {
  readonly path: ArtifactPath;
  readonly file: string;
  readonly layer: string;
  readonly onClose: () => void;
}

/** The text of a file, drawn as text; whatever else it is, is only saved. */
export function FileText({ path, file, layer, onClose }: FileTextProps): ReactNode {
  const said = useTexts(layerTexts);
  const query = { path: file, ...(layer === '' ? {} : { layer: Number(layer) }) };
  const { data, error } = useAnswer(`GET ${content}`, { path, query });
  const status = error instanceof ApiError ? error.status : undefined;
  const isBinary = status === binary;
  const isLarge = status === tooLarge;
  const listed = useListed({ path, file, layer }, isLarge);
  const isSaved = data !== undefined || isBinary || (listed.size ?? Infinity) <= maxFileBytes;
  const root = data === undefined ? `${files}/download` : content;
  const problem = isLarge ? listed.error : isBinary ? null : error;
  const isAsking = data === undefined && (error === null || (isLarge && !listed.isKnown && problem === null));
  return (
    <Dialog
      title={file}
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{said.close}</Button>
          {!isSaved ? null : currentView() === undefined ? (
            <a className="button" href={outward(addressOf(root, { ...path }, query))} download>
              {said.save}
            </a>
          ) : (
            <Button whyNot={said.notInView}>{said.save}</Button>
          )}
        </>
      }
    >
      {problem === null ? null : <Failure error={problem} />}
      {isBinary ? <p>{said.binary}</p> : null}
      {isLarge && listed.isKnown ? <p>{isSaved ? said.tooLarge : said.farTooLarge}</p> : null}
      {isAsking ? <Skeleton lines={8} /> : null}
      {data === undefined ? null : <LogText label={said.text} text={data} />}
    </Dialog>
  );
}

/** Of a file that is too large to be shown: its entry in the list. The largest of a folder come first. */
function useListed(
  { path, file, layer }: Omit<FileTextProps, 'onClose'>,
  enabled: boolean,
): { readonly isKnown: boolean; readonly size: number | undefined; readonly error: Error | null } {
  const at = file.lastIndexOf('/');
  const query = {
    path: file.slice(0, Math.max(at, 0)),
    name: file.slice(at + 1),
    sort: '-size',
    page_size: 100,
    ...(layer === '' ? {} : { layer: Number(layer) }),
  };
  const { data, error } = useAnswer(`GET ${files}`, { path, query }, { enabled });
  return { isKnown: data !== undefined, size: data?.find((each) => each.path === file)?.size, error };
}
