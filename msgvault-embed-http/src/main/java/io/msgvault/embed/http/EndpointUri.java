package io.msgvault.embed.http;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/** Where requests go, how that is shown, and which redirects still lead to the same server. */
final class EndpointUri {
  private EndpointUri() {}

  /**
   * The URL that takes embedding requests.
   *
   * @param uri that very URL, or the base of the API, or only the server
   * @throws IllegalArgumentException if it is no HTTP URL, or carries what should not be in it
   */
  static URI embeddings(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "an endpoint has no user, password or fragment in its URL: give credentials by key or"
              + " header");
    }
    if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "an endpoint is a URL such as http://localhost:11434/v1, not " + redacted(uri));
    }
    String path = uri.getRawPath();
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    if (path.endsWith("/embeddings")) {
      path = uri.getRawPath();
    } else {
      path = (path.isEmpty() ? "/v1" : path) + "/embeddings";
    }
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return URI.create(scheme + "://" + uri.getRawAuthority() + path + query);
  }

  /** The address for people: without the query, which may hold a key. */
  static String redacted(URI address) {
    String authority = address.getHost() == null ? "" : "//" + hostAndPort(address);
    String path = address.getRawPath() == null ? "" : address.getRawPath();
    return (address.getScheme() == null ? "" : address.getScheme() + ":") + authority + path;
  }

  /**
   * The address a redirect leads to.
   *
   * @return empty if it can't be read
   */
  static Optional<URI> resolveRedirect(URI from, String location) {
    try {
      return Optional.of(from.resolve(location));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /**
   * Whether what may be sent to one address may be sent to the other: the same scheme, host and
   * port, or a step up from HTTP to HTTPS on their standard ports.
   */
  static boolean isSameServer(URI from, URI to) {
    if (to.getHost() == null || to.getRawUserInfo() != null) {
      return false;
    }
    boolean sameOrigin =
        from.getScheme().equalsIgnoreCase(to.getScheme()) && port(from) == port(to);
    boolean stepUp =
        from.getScheme().equalsIgnoreCase("http")
            && "https".equalsIgnoreCase(to.getScheme())
            && port(from) == 80
            && port(to) == 443;
    return from.getHost().equalsIgnoreCase(to.getHost()) && (sameOrigin || stepUp);
  }

  private static String hostAndPort(URI address) {
    return address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
  }

  private static int port(URI address) {
    if (address.getPort() >= 0) {
      return address.getPort();
    }
    return "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
  }
}
