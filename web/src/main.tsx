import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { LiveUpdates } from './api/live-updates.tsx';
import { SessionProvider } from './api/session.tsx';
import { App } from './shell/app.tsx';
import { createQueries } from './shell/create-queries.ts';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import { loadFirstPage, loadPointedPages } from './shell/load-ahead.ts';
import { ToastProvider } from './ui/feedback/toast.tsx';
import { LanguageProvider } from './ui/text/language.tsx';

/** Not awaited by the module: parts of the page are waited for, which import what is in it. */
async function start(): Promise<void> {
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no place for the console');
  const queries = createQueries();
  await loadFirstPage(queries);
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider>
        <ErrorBoundary>
          <QueryClientProvider client={queries}>
            <ToastProvider>
              <SessionProvider loading={null}>
                <LiveUpdates>
                  <App />
                </LiveUpdates>
              </SessionProvider>
            </ToastProvider>
          </QueryClientProvider>
        </ErrorBoundary>
      </LanguageProvider>
    </StrictMode>,
  );
}

loadPointedPages();
void start();
