/** The place of an open lesson on the page; what it takes is fetched when one is opened. */
import { lazy, Suspense } from 'react';
import { useAppState } from '../context';

const LessonCard = lazy(() => import('./LessonCard'));

export function LessonRegion() {
  const open = useAppState((state) => state.lesson.id !== '');
  if (!open) return null;
  return (
    <Suspense fallback={<div className="lesson" />}>
      <LessonCard />
    </Suspense>
  );
}
