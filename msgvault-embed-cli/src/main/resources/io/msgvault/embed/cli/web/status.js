// Shows the state of the index, and follows a build.
import { get, messagePath, post } from './api.js';
import { byId, el, number, plural, time, visible } from './dom.js';

const place = byId('status');
const WHILE_BUILDING = 1000;
const OTHERWISE = 5000;
const WINDOW = 60_000;
const LEAST_WINDOW = 5; // seconds: the first batches come in bursts
const OUTCOMES = [['embedded', 'Embedded'], ['blank', 'Nothing to embed'], ['rejected', 'Rejected'], ['missing', 'Missing']];

let samples = [];
let timer;
let shown = false;
let retried = '';

/** Follows the state while the view is shown; the mark in the menu is always kept. */
export function showStatus(show) {
  shown = show;
  refresh();
}

async function refresh() {
  clearTimeout(timer);
  let pause = OTHERWISE;
  try {
    const stats = await get('stats');
    const building = isBuilding(stats);
    byId('status-dot').hidden = !building;
    pause = building ? WHILE_BUILDING : OTHERWISE;
    keepSample(stats);
    if (shown) {
      const rejected = currentOf(stats)?.rejected > 0 ? (await get('rejections')).rejections : [];
      draw(stats, rejected);
    }
  } catch (error) {
    if (shown) {
      place.replaceChildren(el('p', { class: 'problem', role: 'alert' }, error.message));
    }
  }
  timer = setTimeout(refresh, pause);
}

const currentOf = (stats) => stats.building_generation || stats.active_generation;
const isBuilding = (stats) => stats.runs.some((run) => run.status === 'running');

function keepSample(stats) {
  const generation = currentOf(stats);
  if (!generation || generation.missing === null) {
    samples = [];
    return;
  }
  if (samples.length > 0 && (samples[0].id !== generation.id || !isBuilding(stats))) {
    samples = [];
  }
  const now = Date.now();
  samples.push({ id: generation.id, at: now, settled: generation.live - generation.missing, missing: generation.missing });
  samples = samples.filter((sample) => now - sample.at <= WINDOW);
}

/** Returns messages a second over the last minute, or 0 until some seconds have been seen. */
function rate() {
  const first = samples[0];
  const last = samples[samples.length - 1];
  const seconds = first && last ? (last.at - first.at) / 1000 : 0;
  return seconds >= LEAST_WINDOW ? Math.max(0, (last.settled - first.settled) / seconds) : 0;
}

function timeLeft(missing, perSecond) {
  const seconds = Math.round(missing / perSecond);
  if (seconds < 60) {
    return 'less than a minute left';
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `about ${minutes} min left` : `about ${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

function draw(stats, rejected) {
  const focused = document.activeElement?.id;
  const generation = currentOf(stats);
  place.replaceChildren(
    ...[...stats.problems.map((problem) => el('p', { class: 'problem' }, problem)),
      generation ? coverage(stats, generation) : el('div', { class: 'card' }, el('h2', {}, 'No index yet'), el('p', {}, 'Run msgvault-embed embeddings build. Until then, nothing is found by meaning.')),
      el('div', { class: 'tiles' }, tiles(stats)),
      el('p', { class: 'summary', role: 'status' }, retried),
      rejected.length > 0 ? rejections(rejected, generation.rejected) : undefined,
      runs(stats.runs)].filter(Boolean));
  if (focused === 'retry') {
    byId('retry')?.focus();
  }
}

function coverage(stats, generation) {
  const building = isBuilding(stats);
  const percent = generation.progress === null ? 0 : Math.floor(generation.progress * 1000) / 10;
  const perSecond = rate();
  const pace = building && perSecond > 0
    ? `${number(Math.round(perSecond * 10) / 10)} messages a second, ${timeLeft(generation.missing, perSecond)}` : building ? 'A build is running.' : '';
  const bar = el('div', { class: 'coverage', role: 'progressbar', 'aria-label': 'Coverage', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': percent },
    OUTCOMES.map(([key]) => {
      const part = el('span', { class: key });
      part.style.flexGrow = generation[key] || 0;
      return part;
    }));
  return el('div', { class: 'card' },
    el('h2', {}, stats.building_generation ? (stats.active_generation ? 'The next index' : 'The first index') : 'The index',
      el('span', { class: 'percent' }, percent + ' %')),
    bar,
    el('p', { class: 'pace', role: 'status' }, pace),
    el('ul', { class: 'outcomes' }, OUTCOMES.map(([key, name]) =>
      el('li', { class: key }, el('i', { 'aria-hidden': 'true' }), el('span', {}, name), el('b', {}, generation[key] === null ? '–' : number(generation[key]))))));
}

function tiles(stats) {
  const words = stats.words;
  const generation = currentOf(stats);
  const tile = (name, value, note) => el('div', { class: 'card tile' }, el('h3', {}, name), el('p', { class: 'value' }, value), el('p', { class: 'summary' }, note));
  return [
    tile('Missing embeddings', stats.missing_embeddings_total === null ? '–' : number(stats.missing_embeddings_total), 'messages that need work'),
    words ? tile('Words', number(words.messages), words.complete ? `of ${plural(words.live, 'message', 'messages')}, complete` : `of ${plural(words.live, 'message', 'messages')} so far`) : tile('Words', '–', 'no words can be used'),
    generation ? tile('Model', generation.model.split('@')[0], `generation ${generation.id}, ${number(generation.dimension)} dimensions, ${generation.vectors === null ? '–' : number(generation.vectors)} vectors`) : undefined,
  ].filter(Boolean);
}

function rejections(rejected, total) {
  return el('section', { class: 'card' },
    el('h2', {}, plural(total, 'message was rejected', 'messages were rejected'),
      el('button', { type: 'button', id: 'retry', onclick: retry }, 'Try again')),
    el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Rejected messages' },
      el('table', {}, el('thead', {}, el('tr', {}, ['Message', 'Reason'].map((name) => el('th', { scope: 'col' }, name)))),
        el('tbody', {}, rejected.map((each) => el('tr', {},
          el('td', { dir: 'auto' }, el('a', { href: `#message/${each.id}` }, each.subject || `message ${each.id}`)),
          el('td', { dir: 'auto' }, each.reason)))))));
}

async function retry() {
  try {
    const { marked } = await post('rejections/retry');
    retried = `${plural(marked, 'message is', 'messages are')} marked: the next build tries again.`;
  } catch (error) {
    retried = visible(error.message);
  }
  refresh();
}

/** The counts of a run are written when it ends. */
const counts = (run) => [run.embedded, run.blank, run.rejected, run.failed].map((count) => (run.ended ? number(count) : ''));

function runs(all) {
  const took = (run) => (run.ended ? `${number(Math.max(0, Math.round((new Date(run.ended) - new Date(run.started)) / 100) / 10))} s` : '');
  return el('section', { class: 'card' }, el('h2', {}, 'The last runs'),
    all.length === 0 ? el('p', {}, 'None yet.') :
      el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'The last runs' },
        el('table', {}, el('thead', {}, el('tr', {}, ['Started', 'State', 'Took', 'Embedded', 'Blank', 'Rejected', 'Failed', 'Note'].map((name) => el('th', { scope: 'col' }, name)))),
          el('tbody', {}, all.map((run) => el('tr', {},
            [time(run.started), el('span', { class: `state ${run.status}` }, run.status), took(run), ...counts(run)].map((cell) => el('td', { class: 'short' }, cell)),
            el('td', { dir: 'auto' }, [run.backstop ? 'backstop' : '', run.detail].filter(Boolean).join(': '))))))));
}
