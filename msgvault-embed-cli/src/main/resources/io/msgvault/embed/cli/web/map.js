// Draws the map of the archive: a point for each message, messages of a like meaning close together.
import { get, messagePath } from './api.js';
import { byId, el, number, plural, sender, subject, visible } from './dom.js';

const EXTENT = 65535;
const CELLS = 128;
const REACH = 10;
const MOST_LIT = 100;
const STRONG = 0.6; // of the best score: in a small archive, everything is a hit
const canvas = byId('points');
const tip = byId('map-tip');
const FALLBACK = 8;
const DISC = 3; // pixels: smaller points are squares

let data;
let grid;
let view = { scale: 1, x: 0, y: 0 };
let lit = new Set();
let question = '';
let shown = false;
let open = () => {};
let pending;
let layer;
let hovered = -1;

/** Shows the map, or stops its work. */
export function showMap(show) {
  shown = show;
  if (show) {
    load();
    light();
  }
}

async function load() {
  try {
    const map = await get('map');
    if (map.state !== 'ready') {
      byId('map-summary').textContent = map.state === 'empty' ? 'No index yet: run msgvault-embed embeddings build.' : `Placing the messages … ${Math.round(map.progress * 100)} %`;
      if (map.state === 'making' && shown) {
        setTimeout(load, 400);
      }
      return;
    }
    data = map;
    hovered = -1;
    tip.hidden = true;
    index();
    draw();
  } catch (error) {
    byId('map-summary').textContent = visible(error.message);
  }
}

/** Sorts the points into cells, so that the one below the pointer is found at once. */
function index() {
  grid = Array.from({ length: CELLS * CELLS }, () => []);
  data.ids.forEach((id, i) => grid[cell(data.x[i]) + CELLS * cell(data.y[i])].push(i));
  data.place = new Map(data.ids.map((id, i) => [id, i]));
}

const cell = (value) => Math.min(CELLS - 1, Math.floor((value * CELLS) / (EXTENT + 1)));

/** Lights what a search finds; more hits than the list shows. */
export function lightHits(text) {
  question = text;
  if (shown) {
    light();
  }
}

async function light() {
  const mine = question;
  let found = [];
  if (mine) {
    try {
      const mode = document.querySelector('input[name=mode]:checked').value;
      const { hits } = await get('search', { q: mine, limit: MOST_LIT, passages: 0, mode });
      found = hits.filter((hit) => hit.score >= hits[0].score * STRONG);
    } catch {
      found = []; // the search itself has said what is wrong with the question
    }
  }
  if (mine === question) {
    lit = new Set(found.map((hit) => hit.id));
    draw();
  }
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return { groups: Array.from({ length: FALLBACK }, (_, i) => of(`--group-${i}`)), none: of('--group-none'), ring: of('--text'), back: of('--surface') };
}

/** Returns the margin, the width and the height of the map in pixels of the screen. */
function frame() {
  const ratio = window.devicePixelRatio || 1;
  return { margin: 24 * ratio, width: canvas.width, height: canvas.height, ratio };
}

const toX = (value, f) => f.margin + (value / EXTENT - view.x) * view.scale * (f.width - 2 * f.margin);
const toY = (value, f) => f.margin + (value / EXTENT - view.y) * view.scale * (f.height - 2 * f.margin);

function draw() {
  if (!shown || !data) {
    return;
  }
  cancelAnimationFrame(pending);
  pending = requestAnimationFrame(paint);
}

function paint() {
  const began = performance.now();
  const box = canvas.getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(box.width * ratio) || canvas.height !== Math.round(box.height * ratio)) {
    canvas.width = Math.round(box.width * ratio);
    canvas.height = Math.round(box.height * ratio);
  }
  paintPoints();
  layer = undefined;
  if (hovered >= 0) {
    mark();
  }
  legend();
  byId('map-summary').textContent = plural(data.ids.length, 'message', 'messages') + (lit.size > 0 ? `, ${number(lit.size)} lit by the search` : '');
  canvas.dataset.points = data.ids.length;
  canvas.dataset.millis = Math.round(performance.now() - began);
}

function paintPoints() {
  const f = frame();
  const paint = canvas.getContext('2d');
  const colour = colours();
  const groups = data[document.querySelector('input[name=colour]:checked').value];
  const size = Math.max(1, Math.min(6, 4200 / Math.sqrt(data.ids.length) / 40 * Math.sqrt(view.scale))) * f.ratio;
  paint.clearRect(0, 0, f.width, f.height);
  const alpha = lit.size > 0 ? 0.28 : data.ids.length > 20000 ? 0.6 : 0.85;
  if (size < DISC) {
    paintPixels(paint, groups, Math.round(size), alpha, colour, f);
  } else {
    paintDiscs(paint, groups, size, alpha, colour, f);
  }
  paint.strokeStyle = colour.ring;
  paint.lineWidth = 2 * f.ratio;
  for (const i of [...lit].map((id) => data.place.get(id)).filter((place) => place !== undefined)) {
    paint.fillStyle = groups[i] < 0 ? colour.none : colour.groups[groups[i]];
    ring(paint, i, Math.max(5 * f.ratio, size * 1.3), f);
  }
}

/** Paints discs group by group, since changing the colour costs more than a disc. */
function paintDiscs(paint, groups, size, alpha, colour, f) {
  paint.globalAlpha = alpha;
  for (let group = -1; group < FALLBACK; group++) {
    paint.fillStyle = group < 0 ? colour.none : colour.groups[group];
    paint.beginPath();
    for (let i = 0; i < groups.length; i++) {
      const x = toX(data.x[i], f);
      const y = toY(data.y[i], f);
      if (groups[i] === group && x > -size && y > -size && x < f.width + size && y < f.height + size) {
        paint.moveTo(x + size, y);
        paint.arc(x, y, size, 0, 7);
      }
    }
    paint.fill();
  }
  paint.globalAlpha = 1;
}

/** Sets pixels: a path of some 100,000 points takes seconds to be filled. */
function paintPixels(paint, groups, size, alpha, colour, f) {
  const image = paint.createImageData(f.width, f.height);
  const pixels = new DataView(image.data.buffer);
  const rgba = [colour.none, ...colour.groups].map((hex) => parseInt(hex.slice(1), 16) * 256 + Math.round(alpha * 255));
  for (let i = 0; i < groups.length; i++) {
    const left = Math.round(toX(data.x[i], f) - size / 2);
    const top = Math.round(toY(data.y[i], f) - size / 2);
    for (let y = Math.max(0, top); y < Math.min(f.height, top + size); y++) {
      for (let x = Math.max(0, left); x < Math.min(f.width, left + size); x++) {
        pixels.setUint32((y * f.width + x) * 4, rgba[groups[i] + 1]);
      }
    }
  }
  paint.putImageData(image, 0, 0);
}

function ring(paint, i, size, f) {
  paint.beginPath();
  paint.arc(toX(data.x[i], f), toY(data.y[i], f), size, 0, 7);
  paint.fill();
  paint.stroke();
}

function legend() {
  const by = document.querySelector('input[name=colour]:checked').value;
  const names = data[by + 's'];
  byId('legend').replaceChildren(...names.map((name, i) =>
    el('li', { dir: 'auto' }, el('i', { class: `group-${i}`, 'aria-hidden': 'true' }), name)),
    ...(data[by].includes(-1) ? [el('li', {}, el('i', { class: 'group-none', 'aria-hidden': 'true' }), names.length > 0 ? 'other' : 'all')] : []));
}

/** Returns the point that is next to a place on the canvas, or -1. */
function pointAt(event) {
  if (!data) {
    return -1;
  }
  const f = frame();
  const box = canvas.getBoundingClientRect();
  const x = (event.clientX - box.left) * f.ratio;
  const y = (event.clientY - box.top) * f.ratio;
  const mapX = ((x - f.margin) / (f.width - 2 * f.margin) / view.scale + view.x) * EXTENT;
  const mapY = ((y - f.margin) / (f.height - 2 * f.margin) / view.scale + view.y) * EXTENT;
  const reach = Math.ceil((REACH * f.ratio / (f.width - 2 * f.margin) / view.scale) * CELLS);
  let best = -1;
  let least = (REACH * f.ratio) ** 2;
  for (let row = Math.max(0, cell(mapY) - reach); row <= Math.min(CELLS - 1, cell(mapY) + reach); row++) {
    for (let column = Math.max(0, cell(mapX) - reach); column <= Math.min(CELLS - 1, cell(mapX) + reach); column++) {
      for (const i of grid[column + CELLS * row]) {
        const distance = (toX(data.x[i], f) - x) ** 2 + (toY(data.y[i], f) - y) ** 2;
        if (distance < least) {
          least = distance;
          best = i;
        }
      }
    }
  }
  return best;
}

/** Marks the point below the pointer, over a picture of all points, so that this costs nothing. */
function mark() {
  const f = frame();
  const paint = canvas.getContext('2d');
  if (!layer) {
    layer = document.createElement('canvas');
    layer.width = f.width;
    layer.height = f.height;
    layer.getContext('2d').drawImage(canvas, 0, 0);
  }
  paint.clearRect(0, 0, f.width, f.height);
  paint.drawImage(layer, 0, 0);
  if (hovered >= 0) {
    paint.fillStyle = colours().ring;
    paint.strokeStyle = colours().back;
    paint.lineWidth = 2 * f.ratio;
    ring(paint, hovered, 6 * f.ratio, f);
  }
}

async function hover(event) {
  const i = pointAt(event);
  if (i === hovered) {
    return;
  }
  hovered = i;
  canvas.dataset.hovered = i < 0 ? '' : data.ids[i];
  tip.hidden = true;
  mark();
  if (i < 0) {
    return;
  }
  const message = await get(messagePath(data.ids[i])).catch(() => undefined);
  if (hovered === i && message) {
    const f = frame();
    tip.replaceChildren(el('strong', { dir: 'auto' }, subject(message)), el('span', { dir: 'auto' }, sender(message)));
    tip.hidden = false;
    const x = toX(data.x[i], f) / f.ratio;
    tip.style.left = Math.max(8, Math.min(x + 14, canvas.clientWidth - tip.offsetWidth - 8)) + 'px';
    tip.style.top = Math.min(toY(data.y[i], f) / f.ratio + 14, canvas.clientHeight - tip.offsetHeight - 8) + 'px';
  }
}

function zoom(factor, event) {
  const box = canvas.getBoundingClientRect();
  const f = frame();
  const at = (offset, whole) => (offset * f.ratio - f.margin) / (whole - 2 * f.margin);
  const x = at(event ? event.clientX - box.left : box.width / 2, f.width);
  const y = at(event ? event.clientY - box.top : box.height / 2, f.height);
  const scale = Math.max(1, Math.min(60, view.scale * factor));
  view = { scale, x: view.x + x / view.scale - x / scale, y: view.y + y / view.scale - y / scale };
  keepInside();
  draw();
}

function pan(x, y) {
  view.x += x / view.scale;
  view.y += y / view.scale;
  keepInside();
  draw();
}

function keepInside() {
  const most = 1 - 1 / view.scale;
  view.x = Math.max(0, Math.min(most, view.x));
  view.y = Math.max(0, Math.min(most, view.y));
}

const KEYS = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] };

/** Starts: opened gets the id of a chosen message. */
export function startMap(opened) {
  open = opened;
  let held;
  canvas.addEventListener('pointerdown', (event) => {
    held = { x: event.clientX, y: event.clientY, moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!held) {
      hover(event);
      return;
    }
    held.moved ||= Math.abs(event.clientX - held.x) + Math.abs(event.clientY - held.y) > 4;
    if (held.moved) {
      pan((held.x - event.clientX) / canvas.clientWidth, (held.y - event.clientY) / canvas.clientHeight);
      held = { x: event.clientX, y: event.clientY, moved: true };
    }
  });
  canvas.addEventListener('pointerup', (event) => {
    const i = held && !held.moved ? pointAt(event) : -1;
    held = undefined;
    if (i >= 0) {
      open(data.ids[i]);
    }
  });
  canvas.addEventListener('pointerleave', () => { tip.hidden = true; });
  canvas.addEventListener('wheel', (event) => { event.preventDefault(); zoom(Math.exp(-event.deltaY / 400), event); }, { passive: false });
  canvas.addEventListener('keydown', (event) => {
    if (KEYS[event.key]) {
      event.preventDefault();
      pan(...KEYS[event.key]);
    } else if (event.key === '+' || event.key === '-') {
      zoom(event.key === '+' ? 1.5 : 1 / 1.5);
    }
  });
  byId('map-reset').addEventListener('click', () => { view = { scale: 1, x: 0, y: 0 }; draw(); });
  byId('map').addEventListener('change', draw);
  new ResizeObserver(draw).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
}
