// Shows when the hits were sent, as bars of days, weeks, months or years. A bar narrows the search to its time.
import { el, number, plural } from './dom.js';

const LEAST_WIDTH = 27;
const DAY = 86_400_000;
const MONDAY = 3; // the days from a Monday to the first of January 1970

/** Returns the local day of a date, as the first instant of the same day in UTC. */
const dayOf = (date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());

const ofDays = (name, length, first) => ({
  name,
  place: (day) => Math.floor((day / DAY + first) / length),
  start: (place) => new Date((place * length - first) * DAY).toISOString().slice(0, 10),
});

/** Bars of months are named by their month, or by their year where whole years are meant. */
const ofMonths = (name, length) => ({
  name,
  place: (day) => Math.floor((new Date(day).getUTCFullYear() * 12 + new Date(day).getUTCMonth()) / length),
  start: (place) => {
    const month = place * length;
    return Math.floor(month / 12) + (length < 12 ? '-' + String((month % 12) + 1).padStart(2, '0') : '');
  },
});

const UNITS = [ofDays('day', 1, 0), ofDays('week', 7, MONDAY), ofMonths('month', 1), ofMonths('quarter', 3),
  ofMonths('year', 12), ofMonths('five years', 60), ofMonths('ten years', 120)];

/** Returns the bars of a unit, from the first day to the last. */
function bars(days, unit) {
  const first = unit.place(Math.min(...days));
  const count = unit.place(Math.max(...days)) - first + 1;
  const found = Array.from({ length: count }, (_, i) => ({ name: unit.start(first + i), next: unit.start(first + i + 1), count: 0 }));
  days.forEach((day) => found[unit.place(day) - first].count++);
  return found;
}

/** Draws the times of hits; choose gets the time of a bar, as filters. */
export function drawTimeline(place, hits, choose) {
  place.replaceChildren();
  const days = hits.filter((hit) => hit.date).map((hit) => dayOf(new Date(hit.date)));
  if (days.length < 2) {
    return;
  }
  const fitting = Math.floor(place.parentElement.clientWidth / LEAST_WIDTH) - 2;
  const unit = UNITS.find((each) => each.place(Math.max(...days)) - each.place(Math.min(...days)) < fitting);
  const shown = unit ? bars(days, unit) : []; // a wrong date may be far away
  if (shown.length < 2) {
    return;
  }
  const most = Math.max(...shown.map((bar) => bar.count));
  place.append(
    el('div', { class: 'bars', role: 'group', 'aria-label': `Hits by ${unit.name}` },
      shown.map((bar) => {
        const button = el('button', {
          type: 'button',
          disabled: bar.count === 0,
          title: `${bar.name}: ${number(bar.count)}`,
          'aria-label': `Only ${bar.name}, ${plural(bar.count, 'hit', 'hits')}`,
          onclick: () => choose(`after:${bar.name} before:${bar.next}`),
        }, el('span', { class: 'fill' }));
        button.firstChild.style.height = Math.round((100 * bar.count) / most) + '%';
        return button;
      })),
    el('div', { class: 'ends', 'aria-hidden': 'true' },
      el('span', {}, shown[0].name), el('span', {}, `the ${plural(days.length, 'hit', 'hits')} below, by ${unit.name}`),
      el('span', {}, shown[shown.length - 1].name)));
}
