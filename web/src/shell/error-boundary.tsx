import { Component, type ReactNode } from 'react';
import { Failure } from '../api/failure.tsx';

interface State {
  readonly error: Error | undefined;
}

/** A fault of a page leaves the rest of the console as it is. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <Failure error={error} onAgain={() => location.reload()} />;
  }
}
