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
import type { ArtifactPath } from './file-list.ts';
import { layerTexts } from './text.ts';

const files =
  '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/files';
const content = `${files}/content` as const;

/** The server has no text of it: it is none, or too large. */
const noText: readonly number[] = [413, 415];

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
  const isOther = error instanceof ApiError && noText.includes(error.status);
  const root = isOther ? `${files}/download` : content;
  const known = data !== undefined || isOther;
  return (
    <Dialog
      title={file}
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{said.close}</Button>
          {!known ? null : currentView() === undefined ? (
            <a className="button" href={outward(addressOf(root, { ...path }, query))} download>
              {said.save}
            </a>
          ) : (
            <Button whyNot={said.notInView}>{said.save}</Button>
          )}
        </>
      }
    >
      {error === null || isOther ? null : <Failure error={error} />}
      {isOther ? <p>{error.status === 415 ? said.binary : said.tooLarge}</p> : null}
      {data === undefined && error === null ? <Skeleton lines={8} /> : null}
      {data === undefined ? null : <LogText label={said.text} text={data} />}
    </Dialog>
  );
}
