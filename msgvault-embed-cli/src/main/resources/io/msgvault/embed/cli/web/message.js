// Shows one message: its head, its text or its HTML in a frame without rights, its conversation and
// what is similar.
import { conversationPath, get, messagePath } from './api.js';
import { byId, day, el, number, person, plural, sender, subject, time } from './dom.js';

const pane = byId('message');
let open = () => {};
let close = () => {};
let wanted;

/** Starts: opened gets the id of another message that is chosen here, closed is told of the end. */
export function startMessage(opened, closed) {
  open = opened;
  close = closed;
}

/** Shows a message. */
export async function showMessage(id) {
  wanted = id;
  try {
    const message = await get(messagePath(id));
    if (wanted === id) {
      draw(message);
      drawSimilar(id);
      if (message.conversation) {
        drawConversation(message);
      }
    }
  } catch (error) {
    pane.replaceChildren(closeButton(), el('p', { class: 'problem' }, error.message));
  }
  pane.hidden = false;
  pane.scrollTop = 0;
}

/** Hides the message. */
export function hideMessage() {
  wanted = undefined;
  pane.hidden = true;
  pane.replaceChildren();
}

const closeButton = () =>
  el('button', { type: 'button', class: 'close quiet', 'aria-label': 'Close the message', onclick: () => close() }, '✕');

function draw(message) {
  pane.replaceChildren(
    closeButton(),
    el('header', {},
      el('h2', { dir: 'auto' }, subject(message)),
      el('p', { class: 'from' }, el('bdi', {}, message.sender ? person(message.sender) : 'unknown sender'), el('time', { datetime: message.date }, time(message.date))),
      people('To', message.to), people('Cc', message.cc), people('Bcc', message.bcc),
      el('p', { class: 'labels' }, message.labels.map((label) => el('span', { class: 'label', dir: 'auto' }, label))),
      message.attachments.length > 0
        ? el('ul', { class: 'attachments', 'aria-label': 'Attachments' }, message.attachments.map((name) => el('li', { dir: 'auto' }, name)))
        : undefined),
    body(message),
    el('section', { id: 'conversation' }),
    el('section', { id: 'similar' }));
}

const people = (name, all) =>
  all.length > 0 ? el('p', { class: 'people' }, el('span', {}, name), el('bdi', {}, all.map(person).join(', '))) : undefined;

function body(message) {
  const text = el('div', { class: 'text', dir: 'auto' }, message.text || '(no text)');
  const rest = message.characters - message.text.length;
  const parts = [text, rest > 0 || message.truncated ? el('p', { class: 'summary' }, `The beginning of a long message; ${number(rest)} characters are left out.`) : undefined];
  if (!message.html) {
    return el('div', { class: 'body' }, parts);
  }
  const place = el('div', { class: 'body' }, parts);
  const choice = (name, shown, make) =>
    el('button', { type: 'button', 'aria-pressed': String(shown), onclick: (event) => {
      switcher.querySelectorAll('button').forEach((each) => each.setAttribute('aria-pressed', String(each === event.currentTarget)));
      place.replaceChildren(...make());
    } }, name);
  const switcher = el('div', { class: 'switch', role: 'group', 'aria-label': 'Form' },
    choice('Text', true, () => parts.filter(Boolean)), choice('HTML', false, () => [frame(message.id)]));
  return el('div', {}, switcher, place);
}

/** Returns a frame that can neither run scripts, send forms, open windows nor leave its place. */
const frame = (id) =>
  el('iframe', { sandbox: '', title: 'The message as HTML', referrerpolicy: 'no-referrer', src: `api/v1/${messagePath(id)}/html` });

async function drawConversation(message) {
  const found = await quietly(get(conversationPath(message.conversation)));
  if (wanted === message.id && found && found.total > 1) {
    byId('conversation').replaceChildren(
      el('h3', {}, plural(found.total, 'message', 'messages') + ' in this conversation'),
      links(found.messages, message.id));
  }
}

async function drawSimilar(id) {
  const found = await quietly(get(messagePath(id) + '/similar', { limit: 6 }));
  const hits = found?.hits.filter((hit) => !hit.weak) || [];
  if (wanted === id && hits.length > 0) {
    byId('similar').replaceChildren(el('h3', {}, 'Similar'), links(hits));
  }
}

/** These lists are extras: without an index there are none, and the status says why. */
const quietly = (promise) => promise.catch(() => undefined);

const links = (messages, current) =>
  el('ul', { class: 'links' }, messages.map((each) =>
    el('li', {}, el('a', { href: `#message/${each.id}`, 'aria-current': each.id === current ? 'true' : undefined,
      onclick: (event) => { event.preventDefault(); open(each.id); } },
      el('span', { class: 'row' }, el('span', { class: 'who', dir: 'auto' }, sender(each)), el('time', { datetime: each.date }, day(each.date))),
      el('span', { class: 'subject', dir: 'auto' }, subject(each))))));
