// Stands in the page itself: what the page asks first is on its way before any script of the console is there.

import { noteAsked, usualHeaders } from '../../api/ahead/asked.ts';
import { addressOfQuestion } from '../../api/ahead/question.ts';
import { currentView } from '../../api/view/current-view.ts';
import { outward } from '../../ui/navigation/prefix.ts';
import { firstQuestions } from './first-questions.ts';

// With somebody else's rights it is asked by the console, which sends them.
if (currentView() === undefined)
  noteAsked(
    new Map(
      firstQuestions().map((question) => {
        const address = addressOfQuestion(question);
        const answer = fetch(outward(address), {
          credentials: 'same-origin',
          headers: usualHeaders,
        });
        // Whoever takes it is told of the failure.
        void Promise.allSettled([answer]);
        return [address, answer];
      }),
    ),
  );
