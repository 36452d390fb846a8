// Makes elements. All text goes in as text, never as HTML.

// Characters that change the direction of writing, and control characters, are shown as a mark: a
// subject must not look like another one.
const DECEPTIVE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Returns a text of the same length that shows what it holds. */
export const visible = (text) => String(text).replace(/\r/g, '\n').replace(DECEPTIVE, '\ufffd');

/** Returns an element: attributes, listeners (onclick), then children, of which texts are cleaned. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else if (value === true) {
      element.setAttribute(key, '');
    } else if (value !== false && value !== undefined) {
      element.setAttribute(key, visible(value));
    }
  }
  for (const child of children.flat()) {
    if (child !== undefined && child !== null) {
      element.append(child instanceof Node ? child : visible(child));
    }
  }
  return element;
}

export const byId = (id) => document.getElementById(id);

const DAY = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' });
const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const NUMBER = new Intl.NumberFormat();

export const day = (date) => (date ? DAY.format(new Date(date)) : '');
export const time = (date) => (date ? TIME.format(new Date(date)) : '');
export const number = (value) => NUMBER.format(value);
export const plural = (count, one, many) => number(count) + ' ' + (count === 1 ? one : many);
export const sender = (message) =>
  message.sender ? message.sender.name || message.sender.address : 'unknown sender';
export const person = (of) => (of.name ? `${of.name} <${of.address}>` : of.address);
export const subject = (message) => message.subject || '(no subject)';
