// Ties the views together: the address after # names what is shown, and keys work everywhere.
import { byId, el, plural } from './dom.js';
import { get } from './api.js';
import { lightHits, showMap, startMap } from './map.js';
import { hideMessage, showMessage, startMessage } from './message.js';
import { markOpen, searchSoon, startSearch, step } from './search.js';
import { showStatus } from './status.js';

const q = byId('q');
const VIEWS = ['search', 'map', 'status'];
let opener;

const withQuestion = (hash) => hash + (q.value.trim() ? '?q=' + encodeURIComponent(q.value.trim()) : '');

function go(hash) {
  location.hash = withQuestion(hash);
}

function openMessage(id) {
  opener ||= document.activeElement;
  go(`message/${id}`);
}

function closeMessage() {
  go('search');
  opener?.isConnected && opener.focus();
  opener = undefined;
}

function route() {
  const [path, query] = location.hash.slice(1).split('?');
  const [name, id] = path.split('/');
  const view = VIEWS.includes(name) ? name : 'search';
  const asked = new URLSearchParams(query).get('q');
  if (asked !== null && asked !== q.value.trim()) {
    q.value = asked;
    searchSoon(0);
  }
  VIEWS.forEach((each) => { byId(each).hidden = each !== view; });
  document.querySelectorAll('.views a').forEach((link) =>
    link.dataset.view === view ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current'));
  const message = name === 'message' && /^\d+$/.test(id || '') ? id : undefined;
  document.body.classList.toggle('reading', Boolean(message));
  markOpen(message);
  if (message) {
    showMessage(Number(message)).then(() => byId('message').focus({ preventScroll: true }));
  } else {
    hideMessage();
  }
  showMap(view === 'map');
  showStatus(view === 'status');
}

async function welcome() {
  const stats = await get('stats').catch(() => undefined);
  const generation = stats?.active_generation || stats?.building_generation;
  const examples = ['who paid for the repair?', 'has:attachment invoice', '"annual meeting" after:2025'];
  byId('welcome').replaceChildren(
    el('h2', {}, 'What are you looking for?'),
    el('p', {}, generation?.live ? `Ask ${plural(generation.live, 'message', 'messages')} in your own words. They are searched by meaning and by words at once.` : 'Ask in your own words. Messages are searched by meaning and by words at once.'),
    el('ul', {}, examples.map((text) => el('li', {}, el('button', { type: 'button', class: 'chip', onclick: () => { q.value = text; searchSoon(0); q.focus(); } }, text)))),
    el('p', { class: 'summary' }, 'Press ', el('kbd', {}, '?'), ' for the keys.'));
}

const KEYS = {
  '/': () => { q.focus(); q.select(); },
  j: () => step(1),
  k: () => step(-1),
  1: () => go('search'),
  2: () => go('map'),
  3: () => go('status'),
  '?': () => byId('help').showModal(),
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId('help').open) {
    return;
  }
  const typing = event.target.matches('input[type=search], select, textarea');
  if (event.key === 'Escape') {
    document.body.classList.contains('reading') ? closeMessage() : document.activeElement?.blur();
  } else if (event.key === 'ArrowDown' && event.target === q) {
    event.preventDefault();
    step(0);
  } else if (!typing && KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

document.querySelectorAll('.views a').forEach((link) =>
  link.addEventListener('click', (event) => { event.preventDefault(); go(link.dataset.view); }));
q.addEventListener('input', () => {
  if (byId('search').hidden && byId('map').hidden) {
    go('search');
  }
});
document.querySelector('.skip').addEventListener('click', (event) => { event.preventDefault(); byId('main').focus(); });
startSearch(openMessage, (text) => lightHits(text));
startMessage(openMessage, closeMessage);
startMap(openMessage);
window.addEventListener('hashchange', route);
welcome();
route();
