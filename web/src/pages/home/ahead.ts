import { type AheadOfPage, forAnswer, forList } from '../../api/ahead/question.ts';

export const statisticsKey = 'GET /api/v2.0/statistics';
export const seenKey = 'GET /api/berth/v1/projects';
/** All that somebody sees anything of, which the statistics, being Harbor's, do not count. */
export const seenInput = { query: { page: 1, page_size: 1 } };
export const recentKey = 'GET /api/v2.0/repositories';
export const recentInput = { query: { page: 1, page_size: 6, sort: '-update_time' } };

export const ahead: readonly AheadOfPage[] = [
  {
    path: '/',
    questions: () => [
      forAnswer(statisticsKey, {}),
      forList(seenKey, seenInput),
      forList(recentKey, recentInput),
    ],
  },
];
