// Asks the server. The page's own address holds the token, so relative addresses are enough; what
// changes something sends the token in a header, too.
const token = location.pathname.split('/')[1];

export class ApiError extends Error {
  constructor(code, message, position) {
    super(message);
    this.code = code;
    this.position = position;
  }
}

async function answer(response) {
  const body = await response.json();
  if (!response.ok) {
    throw new ApiError(body.error.code, body.error.message, body.error.position);
  }
  return body;
}

async function call(path, options) {
  try {
    return await answer(await fetch('api/v1/' + path, options));
  } catch (error) {
    if (error instanceof ApiError || error.name === 'AbortError') {
      throw error;
    }
    throw new ApiError('gone', 'The server does not answer: start msgvault-embed serve again.');
  }
}

export function get(path, parameters = {}, signal = undefined) {
  const query = new URLSearchParams(parameters).toString();
  return call(path + (query ? '?' + query : ''), { signal });
}

export function post(path) {
  return call(path, { method: 'POST', headers: { Authorization: 'Bearer ' + token } });
}

export const messagePath = (id) => 'messages/' + encodeURIComponent(id);
export const conversationPath = (id) => 'conversations/' + encodeURIComponent(id);
