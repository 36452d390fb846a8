// Searches while the user types, and lists the hits.
import { get } from './api.js';
import { byId, day, el, number, plural, sender, subject, visible } from './dom.js';
import { drawTimeline } from './timeline.js';

const PAUSE = 120;
const PAGE = 50;
const MOST_CHIPS = 6;

const q = byId('q');
const list = byId('hits');
let waiting;
let running;
let hits = [];
let asked = '';
let onHits = () => {};
let open = () => {};

const checked = (name) => document.querySelector(`input[name=${name}]:checked`).value;

/** Runs the search again, soon; a later call replaces it. */
export function searchSoon(pause = PAUSE) {
  clearTimeout(waiting);
  waiting = setTimeout(search, pause);
}

/** Adds a filter to the question, or takes it away. */
export function toggleFilter(filter) {
  const words = q.value.trim();
  q.value = (` ${words} `.includes(` ${filter} `) ? ` ${words} `.replace(` ${filter} `, ' ') : `${words} ${filter}`).trim();
  searchSoon(0);
}

/** Narrows the question to a time, instead of the one that it has. */
function narrow(time) {
  q.value = `${q.value.replace(/(?:^|\s)(?:after|before):\S+/g, '').trim()} ${time}`;
  searchSoon(0);
}

async function search() {
  const text = q.value.trim();
  history.replaceState(null, '', (location.hash.split('?')[0] || '#search') + (text ? '?q=' + encodeURIComponent(text) : ''));
  problem('');
  if (!text) {
    running?.abort();
    running = undefined;
    show({ hits: [] }, 0);
    byId('summary').textContent = '';
    byId('welcome').hidden = false;
    return;
  }
  asked = text;
  const began = performance.now();
  await ask(text, 0, (result) => {
    byId('welcome').hidden = true;
    show(result, performance.now() - began);
  });
}

/** Asks for a page of hits; a later question ends an earlier one. */
async function ask(text, offset, found) {
  running?.abort();
  const mine = (running = new AbortController());
  list.setAttribute('aria-busy', 'true');
  try {
    found(await get('search', {
      q: text, mode: checked('mode'), sort: byId('sort').value, collapse: byId('collapse').checked, offset, limit: PAGE,
    }, mine.signal));
  } catch (error) {
    if (error.name !== 'AbortError') {
      problem(error.message);
    }
  } finally {
    if (running === mine) {
      list.removeAttribute('aria-busy');
    }
  }
}

function problem(message) {
  byId('query-problem').textContent = visible(message);
  byId('query-problem').hidden = !message;
  q.toggleAttribute('aria-invalid', Boolean(message));
}

function show(result, millis) {
  hits = [];
  list.replaceChildren();
  byId('summary').textContent = summary(result, millis);
  append(result.hits);
  onHits(q.value.trim(), result.hits);
}

function append(found) {
  hits = hits.concat(found);
  const best = hits[0]?.score || 1;
  list.append(...found.map((hit) => item(hit, hit.score / best)));
  byId('more').hidden = found.length < PAGE;
  chips();
  drawTimeline(byId('timeline'), hits, narrow);
}

/** Lists the next hits; the focus goes to the first of them. */
const more = () => ask(asked, hits.length, (result) => {
  append(result.hits);
  list.children[hits.length - result.hits.length]?.querySelector('.hit').focus();
});

function summary(result, millis) {
  const notes = [];
  for (const [name, signal] of [['by meaning', result.vector], ['by words', result.keyword]]) {
    if (signal?.cause) {
      notes.push(`No search ${name}: ${visible(signal.cause)}`);
    }
  }
  if (result.missing > 0) {
    notes.push(`${plural(result.missing, 'message is', 'messages are')} not in the index yet.`);
  }
  const count = result.hits.length;
  const found = count === 0 ? 'Nothing found.' : `${count === PAGE ? 'The first ' : ''}${plural(count, 'hit', 'hits')} in ${took(millis)}.`;
  return [found, ...notes].join(' ');
}

const took = (millis) => (millis < 1000 ? `${Math.round(millis)} ms` : `${number(Math.round(millis / 100) / 10)} s`);

const MARK = { both: 'meaning and words', vector: 'meaning', keyword: 'words' };

function signals(hit) {
  const kind = hit.vector && hit.keyword ? 'both' : hit.vector ? 'vector' : 'keyword';
  const ranks = [hit.vector && `meaning ${hit.vector.rank}`, hit.keyword && `words ${hit.keyword.rank}`].filter(Boolean);
  return el('span', { class: `signal ${kind}`, title: `Place by ${ranks.join(', by ')}` },
    el('i', { 'aria-hidden': 'true' }), MARK[kind]);
}

function item(hit, strength) {
  const meter = el('span', { class: 'strength', 'aria-hidden': 'true' });
  meter.style.setProperty('--strength', Math.max(0.04, strength));
  return el('li', {},
    el('a', { class: 'hit', href: `#message/${hit.id}`, 'data-id': hit.id,
      onclick: (event) => { event.preventDefault(); open(hit.id); } },
      el('span', { class: 'row' }, el('span', { class: 'who', dir: 'auto' }, sender(hit)), el('time', { datetime: hit.date }, day(hit.date))),
      el('strong', { class: 'subject', dir: 'auto' }, subject(hit)),
      hit.passages.length > 0 ? passage(hit.passages[0]) : undefined,
      el('span', { class: 'row meta' }, meter, signals(hit),
        hit.others > 0 ? el('span', {}, `and ${number(hit.others)} more in the conversation`) : undefined,
        (hit.labels || []).slice(0, 3).map((label) => el('span', { class: 'label', dir: 'auto' }, label)))));
}

/** Returns a passage with the words of the question marked. */
function passage(part) {
  const text = el('span', { class: 'passage', dir: 'auto' });
  let at = 0;
  for (const [start, end] of part.words) {
    text.append(visible(part.text.slice(at, start)), el('mark', {}, part.text.slice(start, end)));
    at = end;
  }
  text.append(visible(part.text.slice(at)));
  return text;
}

/** Offers the sources and labels of the hits as filters; those in the question come first. */
function chips() {
  const counts = new Map();
  const quoted = (value) => (/[\s"]/.test(value) ? `"${value.replace(/"/g, '')}"` : value);
  const count = (name, value) => counts.set(`${name}:${quoted(value)}`, (counts.get(`${name}:${quoted(value)}`) || 0) + 1);
  hits.forEach((hit) => {
    (hit.labels || []).forEach((label) => count('label', label));
    if (hit.source) {
      count('source', hit.source);
    }
  });
  const chosen = q.value.match(/(?:^|\s)(-?(?:from|to|label|source|after|before|has|subject):(?:"[^"]*"|\S+))/g)?.map((each) => each.trim()) || [];
  const offered = [...counts].filter(([name, many]) => !chosen.includes(name) && many < hits.length)
    .sort((a, b) => b[1] - a[1]).slice(0, MOST_CHIPS).map(([name]) => name);
  byId('chips').replaceChildren(...[...chosen, ...offered].map((name) =>
    el('button', { type: 'button', class: 'chip', 'aria-pressed': String(chosen.includes(name)), dir: 'auto',
      onclick: () => toggleFilter(name) }, name)));
}

/** Moves the focus to the next hit, or the one before. */
export function step(by) {
  const links = [...list.querySelectorAll('.hit')];
  const now = links.findIndex((link) => link === document.activeElement || link.getAttribute('aria-current'));
  const next = links[Math.max(0, Math.min(links.length - 1, now < 0 ? 0 : now + by))];
  next?.focus();
}

/** Marks the hit that is open. */
export function markOpen(id) {
  list.querySelectorAll('.hit').forEach((link) =>
    String(id) === link.dataset.id ? link.setAttribute('aria-current', 'true') : link.removeAttribute('aria-current'));
}

/** Starts: opened gets the id of a chosen hit, found the question and its hits. */
export function startSearch(opened, found) {
  open = opened;
  onHits = found;
  q.addEventListener('input', () => searchSoon());
  byId('ask').addEventListener('submit', (event) => { event.preventDefault(); searchSoon(0); });
  byId('more').addEventListener('click', more);
  byId('search').querySelector('.bar').addEventListener('change', () => searchSoon(0));
}
